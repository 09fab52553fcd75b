import { hkdfSync, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { DatabaseError } from "./errors.ts";

const KEY_BYTES = 32;

/** The key secrets are sealed with: 32 bytes. */
export type SecretKey = Uint8Array & { readonly length: 32 };

/**
 * Reads the key from a file, making both when there is none: 64 hexadecimal digits, readable by its owner only. Throws DatabaseError when the file holds
 * something else, can be read by others, or can't be used. Whoever loses the file loses the secrets sealed with it.
 */
export function secretKeyFromFile(file: string): SecretKey {
  try {
    return readKey(file);
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw unusable(file, error);
  }
  try {
    writeKey(file);
    return readKey(file);
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Reads a key given as 64 hexadecimal digits. Throws DatabaseError, without repeating the text, when it is something else. */
export function secretKeyFromText(text: string): SecretKey {
  if (!/^[0-9a-fA-F]{64}$/.test(text.trim())) {
    throw new DatabaseError("the secret key is not 64 hexadecimal digits; make one with: openssl rand -hex 32");
  }
  return new Uint8Array(Buffer.from(text.trim(), "hex")) as SecretKey;
}

/** A key for one purpose, made from another so that the two purposes can't be played against each other. */
export function deriveKey(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", key, new Uint8Array(), `bedplate ${purpose}`, KEY_BYTES));
}

function readKey(file: string): SecretKey {
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new DatabaseError(`${file} can be read by others; give it to its owner alone: chmod 600 ${file}`);
  }
  return secretKeyFromText(readFileSync(file, "utf8"));
}

/** Under another name first, and on disk: two processes starting together agree on one key, and a crash leaves none half written. */
function writeKey(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${randomBytes(8).toString("hex")}`;
  const descriptor = openSync(unfinished, "wx", 0o600);
  try {
    writeSync(descriptor, `${randomBytes(KEY_BYTES).toString("hex")}\n`);
    fsyncSync(descriptor);
    chmodSync(unfinished, 0o600);
    linkSync(unfinished, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    closeSync(descriptor);
    rmSync(unfinished, { force: true });
  }
}

function unusable(file: string, error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new DatabaseError(`the secret key ${file} can't be used: ${reason}`, { cause: error });
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
