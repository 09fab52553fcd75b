import type { Diagnostic, Severity } from "../design/diagnostic.ts";
import type { RuleText } from "../design/rule-text.ts";
import type { LineTable } from "./line-table.ts";
import type { SourcePosition } from "./node.ts";

/** One problem as the reader finds it: offsets are of the file, `message` says what was found and what was expected. */
export interface Problem {
  readonly rule: YamlRule;
  readonly severity?: Severity;
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
  readonly related?: readonly { readonly message: string; readonly at: number | SourcePosition }[];
}

/** The rules of this reader: what is wrong with a file as YAML, before anything is known of its meaning. */
export const YAML_RULES = {
  "not-text": {
    severity: "error",
    summary: "A file is UTF-8 text, not binary data",
    why: "Bytes that are no UTF-8 text have no lines to report and no words to read, so nothing of the file is used. Save it as UTF-8; take archives and images out of the directory.",
  },
  "yaml-alias": {
    severity: "error",
    summary: "An alias names an anchor that stands before it, and not around it",
    why: "`*name` repeats what `&name` marked earlier in the same document. An alias of nothing has no value, and one inside its own anchor has no end; the value is left out. Define the anchor first, or write the value.",
  },
  "yaml-character": {
    severity: "error",
    summary: "A text holds no character that can't be stored",
    why: "A NUL or half of a character pair can't be stored in a database or sent over a contract. It usually came from a copied binary file or a broken export. Take it out.",
  },
  "yaml-duplicate-key": {
    severity: "error",
    summary: "A key is written once in a map; the first is kept",
    why: "YAML forbids a key twice in one map. Most readers keep the last one silently, so half of what was written never happens. Often a `---` or a `- ` between two entries is missing. Remove or rename one of them.",
  },
  "yaml-key": {
    severity: "error",
    summary: "A key is a text",
    why: "Field names and names of members are texts. A number or a boolean as a key is taken as its text, with a warning; a map or a list as a key has no meaning, and is often an unrendered `{{ template }}`. Put the key in quotes, or render the template first.",
  },
  "yaml-limit": {
    severity: "error",
    summary: "A file stays within the limits of what is read",
    why: "Size, nesting, anchors and the number of problems listed are bounded, so that no file can exhaust the memory of a server that reads it. The message names the limit. Split the file.",
  },
  "yaml-merge": {
    severity: "error",
    summary: "A merge key takes a map or a list of maps",
    why: "`<<: *defaults` puts the entries of a map into this one. Anything but a map, or a list of maps, has no entries to put there.",
  },
  "yaml-syntax": {
    severity: "error",
    summary: "A document is YAML 1.2",
    why: "Where the syntax breaks, the rest of the document can't be known. Everything before that place is read and checked, and so are the other documents. The message says what was being written and what should have followed.",
  },
  "yaml-tag": {
    severity: "error",
    summary: "A tag is one of the core schema, and its value fits it",
    why: "Types come from the kind of the item, not from the file, so only the core schema's tags (`!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!map`, `!!seq`, `!!binary`) are known. `!include` and other tags of other tools are not run. Remove the tag.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;

/** Id of a rule of this reader. */
export type YamlRule = keyof typeof YAML_RULES;

/** Collects the problems of one file, up to a bound. */
export interface ProblemList {
  add(problem: Problem): void;
  /** All of them by line and column; past the bound a last one says how many are not listed. */
  diagnostics(): Diagnostic[];
}

/** A list for the file at `uri`, whose offsets `lines` knows. */
export function problemList(uri: string, lines: LineTable, bound: number): ProblemList {
  const found: Diagnostic[] = [];
  let unlisted = 0;
  let lastOffset = 0;

  function add(problem: Problem): void {
    lastOffset = problem.offset;
    if (found.length >= bound) {
      unlisted++;
      return;
    }
    found.push({
      rule: problem.rule,
      severity: problem.severity ?? "error",
      message: problem.message,
      hint: problem.hint,
      location: { uri, ...lines.locate(problem.offset) },
      related: (problem.related ?? []).map(({ message, at }) => ({
        message,
        location: { uri, ...(typeof at === "number" ? lines.locate(at) : at) },
      })),
    });
  }

  function diagnostics(): Diagnostic[] {
    const sorted = [...found].sort(byPlace);
    if (unlisted > 0) {
      sorted.push({
        rule: "yaml-limit",
        severity: "error",
        message: `found ${bound + unlisted} problems in this file, expected at most ${bound}; ${unlisted} are not listed`,
        hint: "mend those listed and validate again",
        location: { uri, ...lines.locate(lastOffset) },
        related: [],
      });
    }
    return sorted;
  }

  return { add, diagnostics };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [x, y] = [a.location, b.location];
  if (x === undefined || y === undefined) return 0;
  return x.line - y.line || x.column - y.column;
}
