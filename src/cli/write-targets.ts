import { mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { CliError } from "./cli-error.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";

/** A file to be written: where, and what. */
export interface Target {
  readonly path: string;
  readonly text: string;
  /** How many documents it holds. */
  readonly documents: number;
}

/**
 * Where files go that were made of those at `uri`: below `out`, under the name they have in the directory of `paths` they were found in. Refused as wrong
 * usage when two would be one, or when `out` is among the sources.
 */
export async function targetsOf(
  files: readonly { readonly uri: string; readonly text: string; readonly documents: number }[],
  paths: readonly string[],
  out: string,
): Promise<readonly Target[]> {
  if (out === "") throw new CliError(exitCode.usage, "the name of the directory is empty", "name one after --out");
  const real = await realOf(out);
  for (const path of paths) {
    const source = await realOf(path);
    if (!isWithin(real, source)) continue;
    const message = `${out} is inside ${path}, which is converted`;
    throw new CliError(exitCode.usage, message, "name a directory beside it after --out");
  }
  const sources = new Set(await Promise.all(files.map(({ uri }) => realOf(uri))));
  const taken = new Map<string, string>();
  return files.map(({ uri, text, documents }) => {
    const name = nameWithin(uri, paths);
    const path = join(out, name);
    const other = taken.get(path);
    if (other !== undefined) {
      const message = `${other} and ${uri} would both be written to ${path}`;
      throw new CliError(exitCode.usage, message, "convert them one after the other, to different directories");
    }
    if (sources.has(join(real, name))) {
      throw new CliError(exitCode.usage, `${path} is a file that is converted`, "name another directory after --out");
    }
    taken.set(path, uri);
    return { path, text, documents };
  });
}

/** Writes files: all beside their places first, then each into its place. Without `force` nothing is written when one of them is there. */
export async function writeTargets(targets: readonly Target[], { force }: { readonly force: boolean }): Promise<void> {
  const there: string[] = [];
  if (!force) for (const { path } of targets) if (await exists(path)) there.push(path);
  if (there.length > 0) {
    const more = there.length > 5 ? ` and ${there.length - 5} more` : "";
    const message = `${there.slice(0, 5).join(", ")}${more} ${there.length === 1 ? "is" : "are"} there already`;
    throw new CliError(exitCode.usage, message, "name another directory, or write over them with --force");
  }
  const drafts = targets.map(({ path }) => join(dirname(path), `.${basename(path)}.${process.pid}.part`));
  try {
    for (const [index, { path, text }] of targets.entries()) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(drafts[index] ?? path, text, { flag: "wx" });
    }
    for (const [index, { path }] of targets.entries()) await rename(drafts[index] ?? path, path);
  } catch (error) {
    await Promise.allSettled(drafts.map((draft) => rm(draft, { force: true })));
    throw writeError(error as NodeJS.ErrnoException);
  }
}

function writeError(error: NodeJS.ErrnoException): CliError {
  const path = error.path ?? "the directory";
  const code: ExitCode = exitCode.failed;
  if (error.code === "EACCES" || error.code === "EPERM" || error.code === "EROFS") {
    return new CliError(code, `${path} can't be written: permission denied`, "check its permissions");
  }
  if (error.code === "EEXIST" || error.code === "ENOTDIR") {
    return new CliError(exitCode.usage, `${path} is no directory`, "name a directory after --out");
  }
  return new CliError(code, `${path} can't be written: ${error.code ?? error.message}`, "check the disk");
}

/** The name of a file in the directory it was found in; of a file that was named itself, its own. */
function nameWithin(uri: string, paths: readonly string[]): string {
  const file = resolve(uri);
  const around = paths.filter((path) => resolve(path) !== file && isWithin(file, resolve(path)));
  const nearest = around.sort((a, b) => resolve(b).length - resolve(a).length)[0];
  return nearest === undefined ? basename(uri) : relative(resolve(nearest), file);
}

function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** The path with its links followed, as far as it exists. */
async function realOf(path: string): Promise<string> {
  const whole = resolve(path);
  const real = await realpath(whole).catch(() => undefined);
  if (real !== undefined) return real;
  const parent = dirname(whole);
  return parent === whole ? whole : join(await realOf(parent), basename(whole));
}
