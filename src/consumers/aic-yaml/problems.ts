import type { Diagnostic, RelatedLocation, Severity } from "../../design/diagnostic.ts";
import type { SourceNode } from "../../design/source-node.ts";

/** What is found wrong while a file is read, beyond its syntax. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  /** Where; `atKey` puts it on the key instead of the value. */
  readonly at: SourceNode;
  readonly atKey?: boolean;
  readonly kind?: string;
  readonly name?: string;
  readonly field?: string;
  readonly related?: readonly { readonly message: string; readonly at: SourceNode }[];
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
  const place = (at: SourceNode, atKey: boolean) =>
    atKey && at.keyLine !== undefined
      ? { uri, line: at.keyLine, column: at.keyColumn ?? 1 }
      : { uri, line: at.line, column: at.column };
  return {
    uri,
    add({ at, atKey = false, related = [], ...rest }) {
      const others: RelatedLocation[] = related.map((other) => ({
        message: other.message,
        location: place(other.at, false),
      }));
      found.push({ ...rest, location: place(at, atKey), related: others });
    },
    diagnostics: () => found,
  };
}
