import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { decodeDesignFile } from "../consumers/decode-design-file.ts";
import type { Diagnostic, Severity } from "../design/diagnostic.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";
import { findFiles, pathError } from "./find-files.ts";

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
 * Reads files, and the `.yaml` and `.yml` files of directories and of those inside them (`findFiles`). A path that is missing, unreadable or holds no such file
 * is a usage error; a file that is too large or no UTF-8 text is a diagnostic, so that the others are still read.
 */
export async function readPaths(paths: readonly string[], limits: ReadLimits = defaultLimits): Promise<ReadFiles> {
  const diagnostics: Diagnostic[] = [];
  const found = await Promise.all(paths.map((path) => findFiles(path)));
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
    const decoded = decodeDesignFile(uri, bytes);
    diagnostics.push(...decoded.diagnostics);
    if (decoded.text !== undefined) files.push({ uri, text: decoded.text });
  }
  return { files, diagnostics };
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

function tooMuch(message: string): CliError {
  return new CliError(exitCode.failed, message, "name fewer paths");
}

function problem(rule: string, severity: Severity, uri: string, message: string, hint: string): Diagnostic {
  return { rule, severity, message, hint, location: { uri, line: 1, column: 1 }, related: [] };
}
