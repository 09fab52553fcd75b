import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DatabaseError, DataDirectoryTaken } from "./errors.ts";

const LOCKED_BY_ANOTHER = 5;

/** A data directory that is ours alone until `release` is called or the process ends, however it ends. */
export interface DataDirectoryLock {
  release(): void;
}

/**
 * Takes a data directory for this process, creating it (readable by its owner only) if need be. Throws DataDirectoryTaken if another holder lives, and
 * DatabaseError if the directory can't be used.
 */
export function lockDataDirectory(directory: string): DataDirectoryLock {
  const holderFile = join(directory, "holder");
  try {
    makeDirectory(directory);
    // Node has no flock. An exclusive SQLite transaction is one: the kernel drops it with the process, so none is ever left over.
    const lock = new DatabaseSync(join(directory, "lock"));
    try {
      lock.exec("begin exclusive");
      writeFileSync(holderFile, `${process.pid}\n`);
    } catch (error) {
      lock.close();
      throw error;
    }
    let held = true;
    return {
      release() {
        if (held) lock.close();
        held = false;
      },
    };
  } catch (error) {
    if (error instanceof Error && "errcode" in error && error.errcode === LOCKED_BY_ANOTHER) {
      throw new DataDirectoryTaken(directory, readHolder(holderFile));
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new DatabaseError(`the data directory ${directory} can't be used: ${reason}; choose another with --data`, {
      cause: error,
    });
  }
}

function readHolder(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return Number.isSafeInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a directory and those above it. Node's own recursive way never ends where the system has no place for one, such as in /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  const above = dirname(directory);
  if (above !== directory) makeDirectory(above);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}
