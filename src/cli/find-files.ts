import type { Dirent, Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic } from "../design/diagnostic.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** Bounds of a walk through directories: how many of them, and how deep. */
export interface WalkLimits {
  readonly directories: number;
  readonly depth: number;
}

const defaultLimits: WalkLimits = { directories: 10_000, depth: 64 };

/** Files that hold documents, by name and not by content, and what only looks like one. */
export interface FoundFiles {
  readonly uris: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The file of that path, or the `.yaml` and `.yml` files of a directory and of those inside it, in the order of their names. What begins with a dot and
 * `node_modules` are left out; a directory that several paths lead to, such as a link to one above it, is read once. A path that is missing, can't be read or
 * holds no such file is a usage error.
 */
export async function findFiles(path: string, limits: WalkLimits = defaultLimits): Promise<FoundFiles> {
  if (path === "")
    throw new CliError(exitCode.usage, "a path is empty", "name YAML files, or directories that hold some");
  const found = await statOf(path);
  if (found.isFile()) return { uris: [path], diagnostics: [] };
  if (!found.isDirectory()) {
    throw new CliError(
      exitCode.usage,
      `${path} is neither a file nor a directory`,
      "name YAML files, or directories that hold some",
    );
  }
  const walk: Walk = { uris: [], diagnostics: [], visited: new Set(), limits };
  await walkDirectory(path, 0, walk);
  if (walk.uris.length === 0 && walk.diagnostics.length === 0) {
    throw new CliError(
      exitCode.usage,
      `directory ${path} holds no .yaml or .yml file`,
      "name a directory with a design, such as examples/site",
    );
  }
  return walk;
}

interface Walk {
  readonly uris: string[];
  readonly diagnostics: Diagnostic[];
  /** Real paths of directories. */
  readonly visited: Set<string>;
  readonly limits: WalkLimits;
}

async function walkDirectory(path: string, depth: number, walk: Walk): Promise<void> {
  const { visited, limits } = walk;
  const real = await realpath(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  if (visited.has(real)) return;
  visited.add(real);
  if (visited.size > limits.directories)
    throw tooDeep(`found more than ${limits.directories} directories below the one named`);
  if (depth > limits.depth) throw tooDeep(`${path} is more than ${limits.depth} directories deep`);
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  const read = entries.filter(({ name }) => !name.startsWith(".") && name !== "node_modules");
  for (const entry of read.sort((a, b) => (a.name < b.name ? -1 : 1))) await takeEntry(path, entry, depth, walk);
}

async function takeEntry(directory: string, entry: Dirent, depth: number, walk: Walk): Promise<void> {
  const path = join(directory, entry.name);
  const named = /\.ya?ml$/i.test(entry.name);
  if (!named && !entry.isDirectory() && !entry.isSymbolicLink()) return;
  const target = entry.isSymbolicLink() ? await linkTarget(path, named) : entry;
  if (target?.isDirectory()) await walkDirectory(path, depth + 1, walk);
  else if (named && target?.isFile()) walk.uris.push(path);
  else if (named) {
    walk.diagnostics.push({
      rule: "not-a-file",
      severity: "error",
      message: "found something that is no file",
      hint: "remove it, or give it another name",
      location: { uri: path, line: 1, column: 1 },
      related: [],
    });
  }
}

/** Where a link leads; one that leads nowhere is a usage error as far as its name says it holds documents. */
async function linkTarget(path: string, named: boolean): Promise<Stats | undefined> {
  return named ? statOf(path) : stat(path).catch(() => undefined);
}

function statOf(path: string): Promise<Stats> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
}

function tooDeep(message: string): CliError {
  return new CliError(exitCode.failed, message, "name the directories that hold the design");
}

/** Why a path can't be read, as a usage error. */
export function pathError(path: string, error: NodeJS.ErrnoException): CliError {
  if (error.code === "ENOENT") return new CliError(exitCode.usage, `${path} doesn't exist`, "check the path");
  if (error.code === "EACCES")
    return new CliError(exitCode.usage, `${path} can't be read: permission denied`, "check its permissions");
  return new CliError(exitCode.usage, `${path} can't be read: ${error.code ?? error.message}`, "check the path");
}
