import { readDesignFiles } from "../../consumers/read-design-files.ts";
import type { Document } from "../../design/document.ts";
import { CliError } from "../cli-error.ts";
import { countDiagnostics, printDiagnostics } from "../diagnostics.ts";
import { exitCode } from "../exit-code.ts";
import { readPaths } from "../read-paths.ts";

const MOST_BYTES = 16 * 1024 * 1024;

/** Documents of a file, or of standard input. */
export interface ReadDocuments {
  readonly documents: readonly Document[];
  /** Whether they stand in a file, so that places in it mean something to others. */
  readonly isFile: boolean;
}

/** Reads the documents of a file, or of standard input for "-", in any form. What can't be read is printed, and nothing is read then: that fails. */
export async function readDocuments(path: string): Promise<ReadDocuments> {
  if (path === "-") return { documents: await readText("<stdin>", await readInput()), isFile: false };
  const read = await readPaths([path]);
  if (read.diagnostics.length > 0) await refuse(read.diagnostics, path);
  const documents: Document[] = [];
  for (const { uri, text } of read.files) documents.push(...(await readText(uri, text)));
  return { documents, isFile: true };
}

/** The text of a file, or of standard input for "-". */
export async function readFileText(path: string): Promise<{ readonly uri: string; readonly text: string }> {
  if (path === "-") return { uri: "<stdin>", text: await readInput() };
  const { files, diagnostics } = await readPaths([path]);
  const [file, ...others] = files;
  if (diagnostics.length > 0) await refuse(diagnostics, path);
  if (file === undefined || others.length > 0)
    throw new CliError(exitCode.usage, `${path} holds ${files.length} files, expected one`, "name the file itself");
  return file;
}

/** Reads the documents of a text. Prints what can't be read, and fails then. */
export async function readText(uri: string, text: string): Promise<readonly Document[]> {
  const { documents, diagnostics } = readDesignFiles([{ uri, text }]);
  if (diagnostics.some(({ severity }) => severity === "error")) await refuse(diagnostics, uri);
  await printDiagnostics(diagnostics);
  if (documents.length > 0) return documents;
  throw new CliError(exitCode.failed, `${uri}: no document was found`, "write kind, metadata and spec");
}

async function refuse(diagnostics: Parameters<typeof printDiagnostics>[0], what: string): Promise<never> {
  await printDiagnostics(diagnostics);
  throw new CliError(exitCode.failed, `${what} can't be read: ${countDiagnostics(diagnostics)}`, "mend it");
}

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of process.stdin) {
    const chunk = Buffer.from(part);
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new CliError(exitCode.failed, `standard input has more than ${MOST_BYTES} bytes`, "send less at a time");
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString("utf8");
}
