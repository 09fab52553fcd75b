import { expect, test } from "vitest";
import { INTROSPECTION_FILE, introspectionAccess } from "./user-data.ts";

const ACCESS = { url: "http://127.0.0.1:7070", token: "tok", node: "n1" };
const pack = (text: string) => Buffer.from(text).toString("base64");
const file = (content: string, more: Record<string, unknown> = {}) =>
  pack(
    `#cloud-config\n${JSON.stringify({
      write_files: [
        { path: "/other", content: "x" },
        { path: INTROSPECTION_FILE, content, ...more },
      ],
    })}`,
  );

test.each([
  ["in plain", file(JSON.stringify(ACCESS))],
  ["in base64", file(pack(JSON.stringify(ACCESS)), { encoding: "b64", permissions: "0600" })],
  [
    "as a YAML block",
    pack(`#cloud-config\nwrite_files:\n- path: ${INTROSPECTION_FILE}\n  content: |\n    ${JSON.stringify(ACCESS)}\n`),
  ],
  ["with a trailing slash", file(JSON.stringify({ ...ACCESS, url: `${ACCESS.url}/` }))],
  ["in wrapped base64", file(JSON.stringify(ACCESS)).replace(/(.{40})/g, "$1\n")],
])("the file is found %s", (_name, userData) => {
  expect(introspectionAccess(userData)).toEqual(ACCESS);
});

test.each([
  ["no user data", ""],
  ["not base64", "#cloud-config\nwrite_files: []"],
  ["a shell script", pack("#!/bin/sh\n")],
  ["no list of files", pack("#cloud-config\nruncmd: []\n")],
  ["another file", pack("#cloud-config\nwrite_files:\n- {path: /etc/motd, content: hi}\n")],
  ["an empty document", pack("#cloud-config\n")],
])("%s: nobody to call", (_name, userData) => {
  expect(introspectionAccess(userData)).toBeUndefined();
});

test.each([
  ["broken YAML", pack("#cloud-config\nwrite_files: [\n"), "the user data is no valid YAML"],
  ["no content", file("x", { content: 7 }), "has no content"],
  ["not JSON", file("tok=s3cret"), "is not JSON"],
  ["a list", file("[]"), "is not a JSON object"],
  ["no token", file(JSON.stringify({ url: ACCESS.url, node: "n1" })), "lacks url, token or node"],
  ["another scheme", file(JSON.stringify({ ...ACCESS, url: "file:///etc/passwd" })), "url is not http"],
  ["a token with a line end", file(JSON.stringify({ ...ACCESS, token: "a\r\nb" })), "not usable in a header"],
  ["an unknown encoding", file("x", { encoding: "gzip" }), "an encoding the node does not know"],
])("%s is a fault, told in one line without the content", (_name, userData, message) => {
  expect(() => introspectionAccess(userData)).toThrow(message);
  expect(() => introspectionAccess(userData)).not.toThrow("s3cret");
});
