import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiKey, formatApiKey, generateApiKey, parseApiKey } from "./auth/api-key.ts";

/** The API key in force, and the words that say where to find it. */
export interface KeySource {
  readonly key: ApiKey;
  /** `given`, or `in FILE`. */
  readonly shown: string;
  /** Removes the file again if it was made for this run alone. */
  forget(): void;
}

const KEPT = () => {};

/**
 * Chooses the API key: the one given, the one in the key file, the world's, or a new one, which is written to the key
 * file, by default one in the temporary folder, readable by its owner only. Throws an error with a one-line message.
 */
export function keyFrom(
  given: string | undefined,
  file: string | undefined,
  ofWorld: string | undefined,
  worldPath: string | undefined,
  port: number,
): KeySource {
  if (given !== undefined) return { key: checked(given, "--api-key"), shown: "given", forget: KEPT };
  if (file === undefined && ofWorld !== undefined) {
    return { key: checked(ofWorld, "api_key"), shown: `in ${worldPath ?? "the world"}`, forget: KEPT };
  }
  const path = file ?? join(tmpdir(), `bedplate-maas-sim-${process.pid}-${port}.key`);
  const known = file === undefined ? undefined : readKey(path);
  if (known !== undefined) return { key: checked(known, path), shown: `in ${path}`, forget: KEPT };
  const key = generateApiKey();
  try {
    writeFileSync(path, `${formatApiKey(key)}\n`, { mode: 0o600, flag: "wx" });
  } catch {
    throw new Error(`${path}: can't write the generated API key; give --api-key-file another place`);
  }
  return { key, shown: `in ${path}`, forget: file === undefined ? () => rmSync(path, { force: true }) : KEPT };
}

function readKey(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new Error(`${path}: can't read the API key; check the file's permissions`);
  }
}

function checked(source: string, where: string): ApiKey {
  const key = parseApiKey(source);
  if (key === undefined) throw new Error(`${where}: the API key must be consumer:token:secret`);
  return key;
}
