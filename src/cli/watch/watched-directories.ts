import { readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** Directories watched at most: each takes a handle of the operating system. */
const mostDirectories = 10_000;

/** What to watch: directories by their absolute path, each with the names in it that matter, or null for all. */
export type WatchedDirectories = ReadonlyMap<string, ReadonlySet<string> | null>;

type Found = Map<string, Set<string> | null>;

/**
 * The directories in which a change may alter what is read at these paths: those named and all below them, links followed, and around each path the nearest one
 * that exists, so that a path that is removed, renamed or not there yet is noticed when it comes back.
 */
export async function watchedDirectories(paths: readonly string[]): Promise<WatchedDirectories> {
  const found: Found = new Map();
  for (const path of paths) {
    await addAround(resolve(path), found);
    await addTarget(resolve(path), found);
  }
  return found;
}

async function addAround(path: string, found: Found): Promise<void> {
  for (let inner = path; dirname(inner) !== inner; inner = dirname(inner)) {
    const outer = dirname(inner);
    if (!(await isDirectory(outer))) continue;
    addName(outer, basename(inner), found);
    return;
  }
}

/** What a path leads to: a directory with all below it, or a file that stands somewhere else. */
async function addTarget(path: string, found: Found): Promise<void> {
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined && found.size < mostDirectories; next = waiting.pop()) {
    const real = await realpath(next).catch(() => undefined);
    if (real === undefined || found.get(real) === null) continue;
    if (!(await isDirectory(real))) {
      addName(dirname(real), basename(real), found);
      continue;
    }
    found.set(real, null);
    const entries = await readdir(real, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      if (entry.isDirectory() || entry.isSymbolicLink()) waiting.push(join(real, entry.name));
    }
  }
}

function addName(directory: string, name: string, found: Found): void {
  const names = found.get(directory);
  if (names === undefined) found.set(directory, new Set([name]));
  else names?.add(name);
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
