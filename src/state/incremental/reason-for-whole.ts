import type { Diagnostic } from "../../design/diagnostic.ts";
import { type ChangeOfDocuments, keyOf, textOf } from "./change-of-documents.ts";

/** Kinds whose items say how all others are read and checked. */
const OF_ALL: ReadonlySet<string> = new Set(["Layer", "CustomKind", "Rule"]);

/** Findings that depend on more of the design than the item they are about. */
const OVER_ALL: ReadonlySet<string> = new Set([
  ...["unknown-kind", "invalid-name", "duplicate-document", "undeclared-layer", "duplicate-site", "missing-site"],
  ...["inheritance-cycle", "inheritance-depth", "layer-set-otherwise"],
]);

/** Findings of consumers that may cost other documents of their file. */
const OF_FILES: ReadonlySet<string> = new Set(["yaml-syntax", "yaml-limit", "not-text", "file-too-large"]);

const MOST_FINDINGS = 20_000;
/** Bad references for which names alike are looked for in all of a design are bounded: with so many, the bound is far. */
const MOST_UNKNOWN_REFERENCES = 100;

/** Why a change can't be evaluated by what it touches alone, in words; undefined when it may. */
export function reasonOfChange(change: ChangeOfDocuments): string | undefined {
  if (change.layers === undefined) return "the change makes a layer";
  const keys = [...change.closed, ...change.opened.map(keyOf)];
  const kind = keys.find((key) => OF_ALL.has(key.kind))?.kind;
  if (kind !== undefined) return `the change touches a document of kind ${kind}`;
  const sites = (list: readonly { kind: string; layer: string; name: string }[]) =>
    new Set(list.filter((key) => key.kind === "Site").map(textOf));
  const [closed, opened] = [sites(change.closed), sites(change.opened.map(keyOf))];
  if (closed.symmetricDifference(opened).size > 0) return "a Site comes or goes";
  if (change.opened.some(({ document }) => !document.complete)) return "a document broke off";
  const found = [...change.consumers.opened, ...change.consumers.closed];
  return found.some(({ diagnostic }) => OF_FILES.has(diagnostic.rule)) ? "a file could not be read whole" : undefined;
}

/** Why findings make that only the whole design tells what follows from a change, in words; undefined when they don't. */
export function reasonOfFindings(findings: readonly Diagnostic[]): string | undefined {
  if (findings.length > MOST_FINDINGS) return "there are too many findings";
  let unknown = 0;
  for (const { rule, kind, message } of findings) {
    if (OVER_ALL.has(rule)) return `there is a finding ${rule}`;
    if (OF_FILES.has(rule)) return "a file could not be read whole";
    if (rule === "unknown-reference") {
      unknown += 1;
      // Profiles that no node uses are spared, which is seen over all nodes.
      if (kind === "HostProfile") return "a host profile refers to what doesn't exist";
      if (unknown > MOST_UNKNOWN_REFERENCES) return "there are too many bad references";
    }
    if (/ has found more than | too many and too long /.test(message)) return "a bound of findings was met";
  }
  return undefined;
}
