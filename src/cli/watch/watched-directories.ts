import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** Directories watched at most: each takes a handle of the operating system. */
const mostDirectories = 10_000;

/** What to watch: directories by their absolute path, each with the names in it that matter, or null for all. */
export type WatchedDirectories = ReadonlyMap<string, ReadonlySet<string> | null>;

/**
 * The directories in which a change may alter what is read at these paths: those named and all below them, and around each path the nearest one that
 * exists, so that a path that is removed, renamed or not there yet is noticed when it comes back.
 */
export async function watchedDirectories(paths: readonly string[]): Promise<WatchedDirectories> {
  const found = new Map<string, Set<string> | null>();
  for (const path of paths) {
    const whole = resolve(path);
    await addAround(whole, found);
    if ((await stat(whole).catch(() => undefined))?.isDirectory()) await addBelow(whole, found);
  }
  return found;
}

async function addAround(path: string, found: Map<string, Set<string> | null>): Promise<void> {
  for (let inner = path; dirname(inner) !== inner; inner = dirname(inner)) {
    const outer = dirname(inner);
    if (!(await stat(outer).catch(() => undefined))?.isDirectory()) continue;
    const names = found.get(outer);
    if (names === undefined) found.set(outer, new Set([inner.slice(outer.length).replace(/^[/\\]/, "")]));
    else names?.add(inner.slice(outer.length).replace(/^[/\\]/, ""));
    return;
  }
}

async function addBelow(directory: string, found: Map<string, Set<string> | null>): Promise<void> {
  const waiting = [directory];
  for (let next = waiting.pop(); next !== undefined && found.size < mostDirectories; next = waiting.pop()) {
    found.set(next, null);
    const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const isHidden = entry.name.startsWith(".");
      if (entry.isDirectory() && !isHidden) waiting.push(join(next, entry.name));
    }
  }
}
