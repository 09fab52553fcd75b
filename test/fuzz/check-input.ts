import { type Consumed, readDesignFiles } from "../../src/consumers/read-design-files.ts";
import { type ConvertedDesign, convertDesign } from "../../src/convert/convert-design.ts";
import { TooLargeError } from "../../src/convert/too-large-error.ts";
import { builtInKinds } from "../../src/design/built-in-kinds.ts";
import type { Diagnostic, SourceLocation } from "../../src/design/diagnostic.ts";
import { type Evaluation, evaluateDesign } from "../../src/design/evaluate-design.ts";
import { fieldPath } from "../../src/design/field-path.ts";
import { validateDesign } from "../../src/validate/validate-design.ts";
import type { FuzzInput } from "./input.ts";

/** Findings about a design as a whole, which have no place of their own. */
const placeless: ReadonlySet<string> = new Set(["missing-site"]);
/** Most characters of any text of a diagnostic. */
const longest = 2048;

/**
 * Goes the whole way with an input, from reading to provenance and conversion, and says what is wrong with how it went: something was thrown, a diagnostic isn't
 * what all diagnostics promise to be, or the converted design is another one. Undefined when nothing is. The first words, up to a colon, are the same for the same
 * fault.
 */
export function checkInput(input: FuzzInput): string | undefined {
  try {
    const read = readDesignFiles(input);
    const evaluation = evaluate(read);
    const found = [...evaluation.diagnostics, ...validateDesign(evaluation).diagnostics];
    const files = new Map(input.map(({ uri, text }) => [uri, linesOf(text)]));
    for (const diagnostic of found) {
      const fault = faultOf(diagnostic, files);
      if (fault !== undefined) return `${fault}: ${JSON.stringify(diagnostic).slice(0, 600)}`;
    }
    return faultOfProvenance(evaluation) ?? faultOfConversion(input, read, evaluation);
  } catch (error) {
    if (!(error instanceof Error)) return `thrown ${String(error)}`;
    const at = error.stack?.split("\n").find((line) => line.includes("/src/"));
    return `thrown ${error.name} ${at?.trim().replace(/:\d+\)?$/, "") ?? ""}: ${error.message.slice(0, 300)}`;
  }
}

function evaluate({ documents, diagnostics }: Consumed): Evaluation {
  const layered = documents.map((document) => ({ layer: document.part || "main", document }));
  return evaluateDesign({ documents: layered, layers: [], diagnostics });
}

/** A design that was read without an error comes to the same items when it is converted first. */
function faultOfConversion(files: FuzzInput, read: Consumed, evaluation: Evaluation): string | undefined {
  const converted = convertedOf(files, read);
  if (converted === undefined || read.diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const readAgain = readDesignFiles(converted.files);
  // Escapes make a text longer, so a key of many hundred odd characters may be too long; and without other documents garbage may be most of what is left.
  if (readAgain.diagnostics.some(({ rule }) => rule === "yaml-limit" || rule === "not-text")) return undefined;
  const again = evaluate(readAgain);
  const [before, after] = [itemsOf(evaluation), itemsOf(again)];
  for (const [key, tree] of before) {
    if (after.get(key) !== tree) return `converted, an item is another one: ${key} ${tree} now ${after.get(key)}`;
  }
  for (const key of after.keys()) if (!before.has(key)) return `converted, there is an item more: ${key}`;
  return undefined;
}

function convertedOf(files: FuzzInput, read: Consumed): ConvertedDesign | undefined {
  try {
    return convertDesign({ files, ...read, kinds: builtInKinds() });
  } catch (error) {
    if (error instanceof TooLargeError) return undefined;
    throw error;
  }
}

function itemsOf({ items }: Evaluation): ReadonlyMap<string, string> {
  return new Map([...items].map(([key, { tree }]) => [key, JSON.stringify(tree)]));
}

function faultOf(diagnostic: Diagnostic, files: ReadonlyMap<string, readonly string[]>): string | undefined {
  const { rule, severity, message, hint = "", kind = "", name = "", field = "", location, related } = diagnostic;
  if (rule === "internal-error") return `a rule threw ${message}`;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(rule)) return "a rule id that is none";
  if (!["error", "warning", "info"].includes(severity)) return `a severity that is none in ${rule}`;
  if (message === "") return `no message in ${rule}`;
  for (const [what, text] of Object.entries({ message, hint, kind, name, field })) {
    if (/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(text)) return `a control character in the ${what} of ${rule}`;
    if (!text.isWellFormed()) return `half a character in the ${what} of ${rule}`;
    if (text.length > longest) return `the ${what} of ${rule} too long`;
  }
  if (location === undefined) return placeless.has(rule) ? undefined : `no location in ${rule}`;
  for (const { place, what } of [
    { place: location, what: "location" },
    ...related.map((other) => ({ place: other.location, what: "related location" })),
  ]) {
    const fault = faultOfPlace(place, files);
    if (fault !== undefined) return `the ${what} of ${rule} ${fault}`;
  }
  return related.some((other) => /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(other.message))
    ? `a control character in a related message of ${rule}`
    : undefined;
}

function faultOfPlace({ uri, line, column }: SourceLocation, files: ReadonlyMap<string, readonly string[]>) {
  const lines = files.get(uri);
  if (lines === undefined) return "in another file";
  if (!Number.isInteger(line) || line < 1 || line > lines.length) return "on a line that isn't there";
  const length = [...(lines[line - 1] ?? "")].length;
  return Number.isInteger(column) && column >= 1 && column <= length + 1 ? undefined : "in a column that isn't there";
}

/** Lines as YAML has them, without a byte-order mark. */
function linesOf(text: string): readonly string[] {
  return text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
}

/** The places of a few items' values; asking for them may not throw. */
function faultOfProvenance(evaluation: Evaluation): string | undefined {
  const items = [...evaluation.items.values()];
  for (const item of items.length > 4 ? [items[0], items.at(-1)] : items) {
    if (item === undefined) continue;
    evaluation.provenance(item.kind, item.name);
    for (const field of Object.keys(item.tree)) {
      if (evaluation.locate(item.kind, item.name, fieldPath("", field)) === undefined)
        return "no place for a value: of an item";
      evaluation.explain(item.kind, item.name, fieldPath("", field));
    }
  }
  return undefined;
}
