import { type FSWatcher, watch } from "node:fs";
import type { WatchedDirectories } from "./watched-directories.ts";

/** A set of watched directories. */
export interface DirectoryWatcher {
  /** Watches these directories and no others. One that went away meanwhile is passed over: what is around it tells when it is back. */
  follow(directories: WatchedDirectories): void;
  close(): void;
}

/**
 * Calls back with every change of a name that matters in the watched directories, often several times for one change; and once for each reason why directories
 * that are there can't be watched, such as too few handles of the operating system.
 */
export function watchDirectories(
  changed: () => void,
  failed: (directory: string, reason: string) => void,
): DirectoryWatcher {
  const told = new Set<string>();
  const open = new Map<string, FSWatcher>();
  let wanted: WatchedDirectories = new Map();

  function start(directory: string): void {
    try {
      const watcher = watch(directory, (_event, name) => {
        const names = wanted.get(directory);
        if (names === undefined) return;
        if (names === null ? !name?.startsWith(".") : name === null || names.has(name)) changed();
      });
      watcher.on("error", () => stop(directory));
      open.set(directory, watcher);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || told.has(code)) return;
      told.add(code);
      failed(directory, code);
    }
  }

  function stop(directory: string): void {
    open.get(directory)?.close();
    open.delete(directory);
  }

  return {
    follow(directories) {
      for (const directory of [...open.keys()]) stop(directory);
      wanted = directories;
      for (const directory of directories.keys()) start(directory);
    },
    close() {
      for (const directory of [...open.keys()]) stop(directory);
    },
  };
}
