import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { serverRecordPath } from "./data-directory.ts";

/** What a server leaves for commands of the same user: the file that holds the admin token, never the token. */
export interface ServerRecord {
  readonly url: string;
  readonly tokenFile: string;
}

/** Leaves word of a server; the answer takes it back. A record that can't be written only makes commands need `--token-file`. */
export async function leaveServerRecord(record: ServerRecord): Promise<() => Promise<void>> {
  const path = serverRecordPath(record.url);
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  } catch {
    return async () => {};
  }
  return () => rm(path, { force: true });
}

/** The record of the server at an address; undefined when there is none that can be read. */
export async function findServerRecord(url: string): Promise<ServerRecord | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(serverRecordPath(url), "utf8"));
    if (typeof found !== "object" || found === null || !("tokenFile" in found) || typeof found.tokenFile !== "string")
      return undefined;
    return { url, tokenFile: found.tokenFile };
  } catch {
    return undefined;
  }
}
