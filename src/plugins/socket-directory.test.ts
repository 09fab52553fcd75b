import { mkdirSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryDirectory } from "../../test/conformance/fixtures/start-host.ts";
import { createSocketDirectory } from "./socket-directory.ts";

test("sockets lie in a directory only this user can enter, none twice in one place", () => {
  const parent = join(temporaryDirectory(), "plugins");
  const sockets = createSocketDirectory(parent);
  const [first, second] = [sockets.next(), sockets.next()];
  expect(first).not.toBe(second);
  expect(dirname(dirname(first))).toBe(parent);
  for (const directory of [parent, dirname(first)]) expect(statSync(directory).mode & 0o777).toBe(0o700);
  sockets.remove();
  expect(readdirSync(parent)).toEqual([]);
});

test("a parent too long for the path of a socket is left for the temporary directory", () => {
  const parent = join(temporaryDirectory(), "x".repeat(100));
  const sockets = createSocketDirectory(parent);
  onTestFinished(() => sockets.remove());
  expect(sockets.next().startsWith(parent)).toBe(false);
  expect(Buffer.byteLength(sockets.next())).toBeLessThanOrEqual(107);
});

test("what living processes and strangers have there stays", () => {
  const parent = temporaryDirectory();
  for (const name of [`${process.pid}-abcdef`, "notes"]) mkdirSync(join(parent, name));
  createSocketDirectory(parent).remove();
  expect(readdirSync(parent).sort()).toEqual([`${process.pid}-abcdef`, "notes"].sort());
});
