import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureToken, readToken, TokenFileError } from "./token-file.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bedplate-token-"));
  path = join(folder, "data", "admin.token");
});
afterEach(() => rm(folder, { recursive: true }));

test("makes a token once, for its owner alone, and leaves nothing else behind", async () => {
  expect(await readToken(path)).toBeUndefined();
  const token = await ensureToken(path);
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await ensureToken(path)).toBe(token);
  expect(await readToken(path)).toBe(token);
  expect(await readFile(path, "utf8")).toBe(`${token}\n`);
  expect(await readdir(join(folder, "data"))).toEqual(["admin.token"]);
});

test("two that start at once get the same", async () => {
  const tokens = await Promise.all(Array.from({ length: 8 }, () => ensureToken(path)));
  expect(new Set(tokens).size).toBe(1);
});

test.each([0o640, 0o604, 0o620, 0o666])("refuses a file with mode %o, and says what to run", async (mode) => {
  await ensureToken(path);
  await chmod(path, mode);
  await expect(ensureToken(path)).rejects.toThrow(TokenFileError);
  await expect(readToken(path)).rejects.toThrow(`chmod 600 '${path}'`);
});

test.each(["", "short", `${"x".repeat(50)} y`, "x".repeat(2000)])(
  "refuses a file that holds no token: %j",
  async (text) => {
    await ensureToken(path);
    await writeFile(path, text);
    await expect(ensureToken(path)).rejects.toThrow("holds no token");
  },
);

test("refuses a link to somewhere else", async () => {
  const other = join(folder, "other");
  await ensureToken(other);
  await symlink(other, join(folder, "link"));
  await expect(readToken(join(folder, "link"))).rejects.toThrow("not a regular file");
});

test("a folder that can't be made is named", async () => {
  await writeFile(join(folder, "data"), "");
  await expect(ensureToken(path)).rejects.toThrow(path);
});
