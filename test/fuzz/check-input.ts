import { readDesignFiles } from "../../src/consumers/read-design-files.ts";
import type { Diagnostic, SourceLocation } from "../../src/design/diagnostic.ts";
import { type Evaluation, evaluateDesign } from "../../src/design/evaluate-design.ts";
import { fieldPath } from "../../src/design/field-path.ts";
import { suggestedLayer } from "../../src/design/layer.ts";
import { validateDesign } from "../../src/validate/validate-design.ts";
import type { FuzzInput } from "./input.ts";

/** Findings about a design as a whole, which have no place of their own. */
const placeless: ReadonlySet<string> = new Set(["missing-site"]);
/** Most characters of any text of a diagnostic. */
const longest = 2048;

/**
 * Goes the whole way with an input, from reading to provenance, and says what is wrong with how it went: something was thrown, or a diagnostic isn't what all
 * diagnostics promise to be. Undefined when nothing is. The first words, up to a colon, are the same for the same fault.
 */
export function checkInput(input: FuzzInput): string | undefined {
  try {
    const { documents, diagnostics } = readDesignFiles(input);
    const layered = documents.map((document) => ({ layer: document.part || "main", document }));
    const layers = [...new Set(layered.map(({ layer }) => layer))].map(suggestedLayer);
    const evaluation = evaluateDesign({ documents: layered, layers, diagnostics });
    const found = [...evaluation.diagnostics, ...validateDesign(evaluation).diagnostics];
    const files = new Map(input.map(({ uri, text }) => [uri, linesOf(text)]));
    for (const diagnostic of found) {
      const fault = faultOf(diagnostic, files);
      if (fault !== undefined) return `${fault}: ${JSON.stringify(diagnostic).slice(0, 600)}`;
    }
    return faultOfProvenance(evaluation);
  } catch (error) {
    if (!(error instanceof Error)) return `thrown ${String(error)}`;
    const at = error.stack?.split("\n").find((line) => line.includes("/src/"));
    return `thrown ${error.name} ${at?.trim().replace(/:\d+\)?$/, "") ?? ""}: ${error.message.slice(0, 300)}`;
  }
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
