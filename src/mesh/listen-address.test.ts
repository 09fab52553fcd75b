import { expect, test } from "vitest";
import { formatAddress, isLoopback, ListenSyntaxError, parseListenAddress, parseServices } from "./listen-address.ts";

test.each([
  ["127.0.0.1:7070", { host: "127.0.0.1", port: 7070, tls: false }],
  ["localhost:0", { host: "localhost", port: 0, tls: false }],
  ["[::1]:7070,tls", { host: "::1", port: 7070, tls: true }],
  ["0.0.0.0:80,services=introspection", { host: "0.0.0.0", port: 80, tls: false, services: ["introspection"] }],
  ["a.example:1,services=state,control,tls", { host: "a.example", port: 1, tls: true, services: ["state", "control"] }],
])("%s", (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});

test.each([
  "",
  "7070",
  ":7070",
  "127.0.0.1",
  "127.0.0.1:70707",
  "127.0.0.1:x",
  "[1.2.3.4]:1",
  "[:::]:1",
  "::1:7070",
  "a:1,ssl",
  "a:1,services=",
  "a:1,services=web",
])("%j is refused in one line", (text) => {
  expect(() => parseListenAddress(text)).toThrow(ListenSyntaxError);
  expect(() => parseListenAddress(text)).toThrow(/^[^\n]+$/);
});

test("a list of services", () => {
  expect(parseServices("state,control")).toEqual(["state", "control"]);
  expect(() => parseServices("state,web")).toThrow('no service "web": there are consumer, state,');
});

test("addresses are written as they are read", () => {
  for (const text of ["127.0.0.1:7070", "[::1]:7070"]) expect(formatAddress(parseListenAddress(text))).toBe(text);
});

test.each([
  ["127.0.0.1", true],
  ["127.8.0.1", true],
  ["::1", true],
  ["localhost", true],
  ["0.0.0.0", false],
  ["::", false],
  ["10.0.0.1", false],
  ["localhost.example", false],
])("%s is loopback: %s", (host, loopback) => {
  expect(isLoopback(host)).toBe(loopback);
});
