import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Longest path of a unix socket on Linux, in bytes. */
const SOCKET_PATH_MAX = 107;
const LONGEST_NAME = "999999999.sock";
const OWNED = /^(\d+)-[A-Za-z0-9]{6}$/;

/** A directory only this user can enter, for the sockets of one host. */
export interface SocketDirectory {
  /** A path no socket had before, within the system's length limit. */
  next(): string;
  /** Removes the directory with all in it. */
  remove(): void;
}

/**
 * Makes a fresh directory below `parent`, or below the system's temporary directory when `parent` is too long for the
 * path of a socket. Directories that ended processes of this machine left in `parent` are removed. Throws when no directory fits.
 */
export function createSocketDirectory(parent: string): SocketDirectory {
  const path = fits(parent) ? prepare(parent) : tmpdir();
  if (!fits(path)) {
    throw new Error(`no socket fits below ${parent} nor ${path} (107 bytes at most): set TMPDIR to a shorter path`);
  }
  const directory = mkdtempSync(join(path, `${process.pid}-`));
  let made = 0;
  return {
    next: () => join(directory, `${++made}.sock`),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function fits(parent: string): boolean {
  return Buffer.byteLength(join(parent, `${process.pid}-XXXXXX`, LONGEST_NAME)) <= SOCKET_PATH_MAX;
}

function prepare(parent: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  chmodSync(parent, 0o700);
  for (const name of readdirSync(parent)) {
    const owner = OWNED.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(parent, name), { recursive: true, force: true });
  }
  return parent;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
