import type { Diagnostic, Severity } from "../../design/diagnostic.ts";
import type { SourcePosition } from "../../yaml/node.ts";
import type { ConsumerRule } from "./rules.ts";

/** What is found wrong while a file is read, beyond its syntax. */
export interface Problem {
  readonly rule: ConsumerRule;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  readonly at: SourcePosition;
  readonly kind?: string;
  readonly name?: string;
  /** Path of the field in the item's terms. */
  readonly field?: string;
  readonly related?: readonly { readonly message: string; readonly at: SourcePosition }[];
}

/** Collects the problems of one file. */
export interface Problems {
  readonly uri: string;
  add(problem: Problem): void;
  diagnostics(): readonly Diagnostic[];
}

/** An empty collection for the file of that name. */
export function createProblems(uri: string): Problems {
  const found: Diagnostic[] = [];
  const place = ({ line, column, uri: file = uri }: SourcePosition) => ({ uri: file, line, column });
  return {
    uri,
    add({ at, related = [], ...rest }) {
      const others = related.map((other) => ({ message: other.message, location: place(other.at) }));
      found.push({ ...rest, location: place(at), related: others });
    },
    diagnostics: () => found,
  };
}
