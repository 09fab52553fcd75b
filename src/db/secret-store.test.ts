import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withDatabase } from "../../test/support/database.ts";
import { sealedSecret } from "./schema.ts";
import { secretKeyFromFile, secretKeyFromText } from "./secret-key.ts";
import { createSecretStore, SecretNotOpened } from "./secret-store.ts";

const key = secretKeyFromText("ab".repeat(32));
const otherKey = secretKeyFromText("cd".repeat(32));
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bedplate-key-"));
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a literal is stored sealed, under a reference that stays the same", () =>
  withDatabase(async ({ db }) => {
    const secrets = createSecretStore(key);
    const ref = secrets.refOf("lab", "hunter2");
    expect(ref).toMatch(/^sealed:[A-Za-z0-9_-]{43}$/);
    await secrets.store(db, "lab", [{ ref, literal: "hunter2" }]);
    await secrets.store(db, "lab", [{ ref: secrets.refOf("lab", "hunter2"), literal: "hunter2" }]);
    const rows = await db.select().from(sealedSecret);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain("hunter2");
    expect(await secrets.unseal(db, "lab", ref)).toBe("hunter2");
    expect(await secrets.known(db, "lab", [ref, "sealed:nothing"])).toEqual(new Set([ref]));
  }));

test("a reference opens in its own scope only, and with its own key only", () =>
  withDatabase(async ({ db }) => {
    const secrets = createSecretStore(key);
    const ref = secrets.refOf("lab", "hunter2");
    await secrets.store(db, "lab", [{ ref, literal: "hunter2" }]);
    expect(await secrets.unseal(db, "office", ref)).toBeUndefined();
    expect(secrets.refOf("office", "hunter2")).not.toBe(ref);
    await expect(createSecretStore(otherKey).unseal(db, "lab", ref)).rejects.toThrow(SecretNotOpened);
    await db.update(sealedSecret).set({ scope: "office" });
    await expect(secrets.unseal(db, "office", ref)).rejects.toThrow(SecretNotOpened);
  }));

test("the key file is made once, for its owner only", () => {
  const file = join(directory, "new", "secret.key");
  const made = secretKeyFromFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(secretKeyFromFile(file)).toEqual(made);
  expect(readFileSync(file, "utf8").trim()).toBe(Buffer.from(made).toString("hex"));
});

test("a key file that others can read, or that holds no key, is refused with the next step", () => {
  const file = join(directory, "secret.key");
  secretKeyFromFile(file);
  chmodSync(file, 0o644);
  expect(() => secretKeyFromFile(file)).toThrow(/can be read by others; .*chmod 600/);
  writeFileSync(file, "hunter2");
  chmodSync(file, 0o600);
  expect(() => secretKeyFromFile(file)).toThrow(/^the secret key is not 64 hexadecimal digits; make one with: /);
});
