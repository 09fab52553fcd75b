import { CliError } from "../cli-error.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { note, print } from "../output.ts";
import { watchDirectories } from "./watch-directories.ts";
import { watchedDirectories } from "./watched-directories.ts";

/** How long files must rest before they are read again, in milliseconds: an editor writes a file in several steps. */
const restFor = 40;

/**
 * Runs the work, and again whenever something at or below one of the paths changes, until Ctrl-C, which ends it with 130. What makes a first run impossible
 * ends it at once; later on it is told, and the next change is waited for. A terminal is cleared between the runs, a pipe gets them one after the other.
 */
export async function repeatOnChange(paths: readonly string[], work: () => Promise<ExitCode>): Promise<ExitCode> {
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once("SIGINT", interrupt);
  let changed = Promise.withResolvers<void>();
  let rest: NodeJS.Timeout | undefined;
  const watcher = watchDirectories(
    () => {
      clearTimeout(rest);
      rest = setTimeout(() => changed.resolve(), restFor);
    },
    (directory, reason) => note(`changes in ${directory}, and perhaps in others, won't be noticed: ${reason}`),
  );
  stop.signal.addEventListener("abort", () => changed.resolve());
  try {
    for (let first = true; !stop.signal.aborted; first = false) {
      changed = Promise.withResolvers<void>();
      // Directories are watched before they are read, so that no change falls between.
      watcher.follow(await watchedDirectories(paths));
      await runOnce(work, first);
      if (stop.signal.aborted) break;
      note("waiting for changes; Ctrl-C ends");
      await changed.promise;
      if (!stop.signal.aborted && process.stdout.isTTY) await print("\u001b[2J\u001b[H");
    }
    return exitCode.interrupted;
  } finally {
    clearTimeout(rest);
    watcher.close();
    process.off("SIGINT", interrupt);
  }
}

async function runOnce(work: () => Promise<ExitCode>, first: boolean): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (first || !(error instanceof CliError)) throw error;
    note(`error: ${error.message}${error.hint === undefined ? "" : `; ${error.hint}`}`);
  }
}
