import { type FSWatcher, watch } from "node:fs";
import type { WatchedDirectories } from "./watched-directories.ts";

/** A set of watched directories. */
export interface DirectoryWatcher {
  /** Watches these directories and no others. One that can't be watched is passed over: it went away, and what is around it tells when it is back. */
  follow(directories: WatchedDirectories): void;
  close(): void;
}

/** Calls back with every change of a name that matters in the watched directories, often several times for one change. */
export function watchDirectories(changed: () => void): DirectoryWatcher {
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
    } catch {
      // It is gone, or there are no handles left; the others are watched.
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
