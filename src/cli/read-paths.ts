import { open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnostic } from "../design/diagnostic.ts";
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
  const uris = (await Promise.all(paths.map(filesOf))).flat();
  const unique = [...new Set(uris)];
  if (unique.length > limits.files)
    throw new CliError(
      exitCode.failed,
      `found ${unique.length} files, at most ${limits.files} are read`,
      "name fewer paths",
    );
  const files: { uri: string; text: string }[] = [];
  const diagnostics: Diagnostic[] = [];
  let total = 0;
  for (const uri of unique) {
    const bytes = await readBounded(uri, limits.fileBytes);
    if (typeof bytes === "number") {
      diagnostics.push(
        problem(
          "file-too-large",
          uri,
          `the file has ${bytes} bytes, at most ${limits.fileBytes} are read`,
          "split the file",
        ),
      );
      continue;
    }
    total += bytes.length;
    if (total > limits.totalBytes)
      throw new CliError(
        exitCode.failed,
        `the files have more than ${limits.totalBytes} bytes together`,
        "name fewer paths",
      );
    const text = decode(bytes);
    if (text === undefined)
      diagnostics.push(
        problem(
          "not-text",
          uri,
          "found binary data, expected UTF-8 text",
          "give a YAML file; save other encodings as UTF-8",
        ),
      );
    else files.push({ uri, text });
  }
  return { files, diagnostics };
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  if (!found.isDirectory()) {
    if (!found.isFile())
      throw new CliError(
        exitCode.usage,
        `${path} is neither a file nor a directory`,
        "name YAML files, or directories that hold some",
      );
    return [path];
  }
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  const files = names.filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith(".")).sort();
  if (files.length === 0)
    throw new CliError(
      exitCode.usage,
      `directory ${path} holds no .yaml or .yml file`,
      "name a directory with a design, such as examples/site",
    );
  return files.map((name) => join(path, name));
}

/** The bytes of a file, or its size when it is larger than the bound. */
async function readBounded(path: string, bound: number): Promise<Uint8Array | number> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    throw pathError(path, error);
  });
  try {
    const { size } = await file.stat();
    if (size > bound) return size;
    return await file.readFile();
  } catch (error) {
    throw pathError(path, error as NodeJS.ErrnoException);
  } finally {
    await file.close();
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function pathError(path: string, error: NodeJS.ErrnoException): CliError {
  if (error.code === "ENOENT") return new CliError(exitCode.usage, `${path} doesn't exist`, "check the path");
  if (error.code === "EACCES")
    return new CliError(exitCode.usage, `${path} can't be read: permission denied`, "check its permissions");
  return new CliError(exitCode.usage, `${path} can't be read: ${error.code ?? error.message}`, "check the path");
}

function problem(rule: string, uri: string, message: string, hint: string): Diagnostic {
  return { rule, severity: "error", message, hint, location: { uri, line: 1, column: 1 }, related: [] };
}
