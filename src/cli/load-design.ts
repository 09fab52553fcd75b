import { readDesignFiles } from "../consumers/read-design-files.ts";
import type { Diagnostic } from "../design/diagnostic.ts";
import { type Evaluation, evaluateDesign } from "../design/evaluate-design.ts";
import { sortDiagnostics } from "../design/sort-diagnostics.ts";
import { validateDesign } from "../validate/validate-design.ts";
import { CliError } from "./cli-error.ts";
import { exitCode } from "./exit-code.ts";
import { readPaths } from "./read-paths.ts";

/** The layer of documents whose file name suggests none. */
export const defaultLayer = "main";

/** A design read from files, resolved and validated. */
export interface LoadedDesign {
  readonly evaluation: Evaluation;
  /** Everything found, in the order of places. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Programs that do a part of the work, as command lines. */
export interface OutsidePlugins {
  /** Read the files in place of Bedplate's own consumers. */
  readonly consumer?: readonly string[];
  /** Check the items beside Bedplate's own rules. */
  readonly validator?: readonly string[];
}

/** Reads, composes, resolves and validates the design in the given files and directories, with nothing running but the plugins given. */
export async function loadDesign(
  paths: readonly string[],
  { consumer = [], validator = [] }: OutsidePlugins = {},
): Promise<LoadedDesign> {
  const read = await readPaths(paths);
  const consumed =
    consumer.length === 0
      ? readDesignFiles(read.files)
      : await (await import("./outside/consume-outside.ts")).consumeOutside(read.files, consumer);
  if (consumed.documents.length === 0 && consumed.diagnostics.length === 0 && read.diagnostics.length === 0) {
    throw new CliError(
      exitCode.usage,
      `${paths.join(", ")}: no document was found`,
      "name a directory with a design, such as examples/site",
    );
  }
  const documents = consumed.documents.map((document) => ({ layer: document.part || defaultLayer, document }));
  const evaluation = evaluateDesign({
    documents,
    layers: [],
    diagnostics: [...read.diagnostics, ...consumed.diagnostics],
  });
  const validation = validateDesign(evaluation);
  const outside =
    validator.length === 0
      ? []
      : await (await import("./outside/validate-outside.ts")).validateOutside(evaluation, validator);
  // What is about the whole design stands at its beginning, so that every finding has a place.
  const start = { uri: read.files[0]?.uri ?? paths[0] ?? "", line: 1, column: 1 };
  const diagnostics = [...evaluation.diagnostics, ...validation.diagnostics, ...outside].map((each) =>
    each.location === undefined ? { ...each, location: start } : each,
  );
  return { evaluation, diagnostics: sortDiagnostics(diagnostics) };
}
