import { open, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Diagnostic, Severity } from "../design/diagnostic.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";

/** Bounds of what is read: bytes of one file and of all, and how many files. */
export interface ReadLimits {
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly files: number;
}

const defaultLimits: ReadLimits = { fileBytes: 16 * 1024 * 1024, totalBytes: 256 * 1024 * 1024, files: 10_000 };

/** Files as text, and what can't be text. */
export interface ReadFiles {
  readonly files: readonly { readonly uri: string; readonly text: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads files, and the `.yaml` and `.yml` files of directories, in the order of their names. A path that is missing, unreadable or holds no such file is a
 * usage error; a file that is too large or no UTF-8 text is a diagnostic, so that the others are still read.
 */
export async function readPaths(paths: readonly string[], limits: ReadLimits = defaultLimits): Promise<ReadFiles> {
  const diagnostics: Diagnostic[] = [];
  const found = await Promise.all(paths.map(filesOf));
  for (const each of found) diagnostics.push(...each.diagnostics);
  // A file named twice, in whatever spelling, is read once.
  const uris = new Map(found.flatMap((each) => each.uris).map((uri) => [resolve(uri), uri]));
  const unique = [...uris.values()];
  if (unique.length > limits.files) throw tooMuch(`found ${unique.length} files, at most ${limits.files} are read`);
  const files: { uri: string; text: string }[] = [];
  let total = 0;
  for (const uri of unique) {
    const bytes = await readBounded(uri, limits.fileBytes);
    if (bytes === undefined) {
      const message = `the file has more than ${limits.fileBytes} bytes`;
      diagnostics.push(problem("file-too-large", "error", uri, message, "split the file"));
      continue;
    }
    total += bytes.length;
    if (total > limits.totalBytes) throw tooMuch(`the files have more than ${limits.totalBytes} bytes together`);
    const text = readText(uri, bytes, diagnostics);
    if (text !== undefined) files.push({ uri, text });
  }
  return { files, diagnostics };
}

interface FoundFiles {
  readonly uris: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

async function filesOf(path: string): Promise<FoundFiles> {
  if (path === "")
    throw new CliError(exitCode.usage, "a path is empty", "name YAML files, or directories that hold some");
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  if (found.isFile()) return { uris: [path], diagnostics: [] };
  if (!found.isDirectory()) {
    throw new CliError(
      exitCode.usage,
      `${path} is neither a file nor a directory`,
      "name YAML files, or directories that hold some",
    );
  }
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  const files: string[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names.filter((each) => !each.startsWith(".")).sort()) {
    const entry = join(path, name);
    const kind = await stat(entry).catch((error: NodeJS.ErrnoException) => {
      if (isYaml(name)) throw pathError(entry, error);
    });
    if (isYaml(name) && kind?.isFile()) files.push(entry);
    else if (isYaml(name) && !kind?.isDirectory()) {
      diagnostics.push(
        problem("not-a-file", "error", entry, "found something that is no file", "remove it, or give it another name"),
      );
    } else if (kind?.isDirectory() && (await readdir(entry).catch(() => [])).some(isYaml)) {
      diagnostics.push(
        problem("directory-not-read", "info", entry, "a directory inside the one named is not read", "name it, too"),
      );
    }
  }
  if (files.length === 0 && diagnostics.length === 0) {
    throw new CliError(
      exitCode.usage,
      `directory ${path} holds no .yaml or .yml file`,
      "name a directory with a design, such as examples/site",
    );
  }
  return { uris: files, diagnostics };
}

function isYaml(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** The bytes of a file; undefined when it has more than the bound. What the file system says of its size isn't believed. */
async function readBounded(path: string, bound: number): Promise<Uint8Array | undefined> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  try {
    const { size } = await file.stat();
    if (size > bound) return undefined;
    const parts: Uint8Array[] = [];
    let length = 0;
    for await (const part of file.createReadStream({ end: bound, autoClose: false })) {
      parts.push(part);
      length += part.length;
    }
    return length > bound ? undefined : Buffer.concat(parts, length);
  } catch (error) {
    throw pathError(path, error as NodeJS.ErrnoException);
  } finally {
    await file.close();
  }
}

/**
 * The text of a file. A byte that is no UTF-8 is reported at its place, and stands as a replacement character in the text, so that what is around it is
 * still read; of a file with NUL bytes nothing is.
 */
function readText(uri: string, bytes: Uint8Array, diagnostics: Diagnostic[]): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const hint = "give a YAML file; save other encodings as UTF-8";
    if (bytes.includes(0)) {
      diagnostics.push(problem("not-text", "error", uri, "found binary data, expected UTF-8 text", hint));
      return undefined;
    }
    const before = text.slice(0, text.indexOf("\uFFFD")).split("\n");
    const place = { line: before.length, column: [...(before.at(-1) ?? "")].length + 1 };
    diagnostics.push({
      ...problem("not-utf8", "error", uri, "found a byte that is no UTF-8", hint),
      location: { uri, ...place },
    });
    return text;
  }
}

function tooMuch(message: string): CliError {
  return new CliError(exitCode.failed, message, "name fewer paths");
}

function pathError(path: string, error: NodeJS.ErrnoException): CliError {
  if (error.code === "ENOENT") return new CliError(exitCode.usage, `${path} doesn't exist`, "check the path");
  if (error.code === "EACCES")
    return new CliError(exitCode.usage, `${path} can't be read: permission denied`, "check its permissions");
  return new CliError(exitCode.usage, `${path} can't be read: ${error.code ?? error.message}`, "check the path");
}

function problem(rule: string, severity: Severity, uri: string, message: string, hint: string): Diagnostic {
  return { rule, severity, message, hint, location: { uri, line: 1, column: 1 }, related: [] };
}
