import type { Diagnostic } from "../../design/diagnostic.ts";
import { SourceError } from "../source-error.ts";
import type { TreeEntry } from "./git-mirror.ts";

/** Bounds of what is read of one commit: how many files, bytes of one, and of all. */
export interface FileLimits {
  readonly files: number;
  readonly fileBytes: number;
  readonly totalBytes: number;
}

const defaultLimits: FileLimits = { files: 10_000, fileBytes: 16 * 1024 * 1024, totalBytes: 128 * 1024 * 1024 };

/** Files that hold documents, in the order of their names, and what only looks like one. */
export interface ChosenFiles {
  readonly files: readonly TreeEntry[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The `.yaml` and `.yml` files of a commit below a directory, as `submit` finds them: what begins with a dot and `node_modules` are left out. A symbolic link is
 * not followed, and a file that is too large not read; both are diagnostics. Throws `SourceError` for too many files or too many bytes.
 */
export function chooseFiles(
  entries: readonly TreeEntry[],
  directory: string,
  limits: FileLimits = defaultLimits,
): ChosenFiles {
  const files: TreeEntry[] = [];
  const diagnostics: Diagnostic[] = [];
  let total = 0;
  for (const entry of entries.filter(({ path }) => holdsDocuments(path, directory)).sort(inOrderOfNames)) {
    if (!entry.mode.startsWith("100")) {
      const message = "found something that is no file: links and other repositories are not followed";
      diagnostics.push(problem("not-a-file", message, "put the file itself here, or remove it", entry.path));
    } else if (entry.size > limits.fileBytes) {
      const message = `the file has more than ${limits.fileBytes} bytes`;
      diagnostics.push(problem("file-too-large", message, "split the file", entry.path));
    } else {
      files.push(entry);
      total += entry.size;
    }
  }
  if (files.length > limits.files) throw tooMuch(`found ${files.length} files, at most ${limits.files} are read`);
  if (total > limits.totalBytes) throw tooMuch(`the files have more than ${limits.totalBytes} bytes together`);
  return { files, diagnostics };
}

function holdsDocuments(path: string, directory: string): boolean {
  const below = path.startsWith(`${directory}/`) ? path.slice(directory.length + 1) : path;
  const parts = below.split("/");
  return /\.ya?ml$/i.test(path) && parts.every((part) => !part.startsWith(".") && part !== "node_modules");
}

/** As a walk through directories meets them: by the names of each level. */
function inOrderOfNames(a: TreeEntry, b: TreeEntry): number {
  const [left, right] = [a.path.split("/"), b.path.split("/")];
  for (let level = 0; level < Math.min(left.length, right.length); level++) {
    const [one = "", other = ""] = [left[level], right[level]];
    if (one !== other) return one < other ? -1 : 1;
  }
  return left.length - right.length;
}

function tooMuch(message: string): SourceError {
  return new SourceError("rejected", message, "name the directory that holds the design as path");
}

function problem(rule: string, message: string, hint: string, uri: string): Diagnostic {
  return { rule, severity: "error", message, hint, location: { uri, line: 1, column: 1 }, related: [] };
}
