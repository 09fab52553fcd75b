import type { Diagnostic, Severity } from "../design/diagnostic.ts";
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
  "not-text": "A file is UTF-8 text, not binary data",
  "yaml-alias": "An alias names an anchor that stands before it, and not around it",
  "yaml-character": "A text holds no character that can't be stored",
  "yaml-duplicate-key": "A key is written once in a map; the first is kept",
  "yaml-key": "A key is a text",
  "yaml-limit": "A file stays within the limits of what is read",
  "yaml-merge": "A merge key takes a map or a list of maps",
  "yaml-syntax": "A document is YAML 1.2",
  "yaml-tag": "A tag is one of the core schema, and its value fits it",
} as const;

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
