import { expect, test } from "vitest";
import { parseMultipart } from "./multipart.ts";

const TYPE = 'multipart/form-data; boundary="==b=="';

test("fields, files, base64 parts and parts of no bytes", () => {
  const body = [
    "preamble",
    "--==b==",
    'Content-Disposition: form-data; name="plain"',
    "",
    "one\r\ntwo",
    "--==b==",
    "Content-Transfer-Encoding: base64",
    'Content-Disposition: form-data; name="packed"',
    "",
    "aGVs",
    "bG8=",
    "",
    "--==b==",
    "",
    '--==b==\r\nContent-Disposition: form-data; name="a \\"file\\""; filename="x.sh"',
    "",
    "#!/bin/sh",
    "--==b==--",
  ].join("\r\n");
  const parts = parseMultipart(Buffer.from(body), TYPE);
  expect(parts.map(({ name, filename, content }) => [name, filename, content.toString()])).toEqual([
    ["plain", undefined, "one\r\ntwo"],
    ["packed", undefined, "hello"],
    ['a "file"', "x.sh", "#!/bin/sh"],
  ]);
});

test("a form without fields, as Python's e-mail package writes it", () => {
  expect(parseMultipart(Buffer.from("--==b==\r\n\r\n--==b==--"), TYPE)).toEqual([]);
});
