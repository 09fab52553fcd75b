import type { Diagnostic } from "../design/diagnostic.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { legible } from "../design/legible.ts";
import { mergeFindings, type SingleFinding } from "../design/single-finding.ts";
import type { Finding, GroupRule, ItemRule, Subject } from "./rule.ts";

/** Gathers what rules find. */
export interface Collector {
  /** Runs a part of a rule; what it throws is an internal error about the subject, and ends that part only. */
  attempt(rule: ItemRule | GroupRule, subject: Subject, run: () => void): void;
  /** Whether a rule has found so much that nobody reads more of it, so that it needn't be run. */
  isFull(rule: ItemRule | GroupRule): boolean;
  /** Keeps findings about the subject, unless they say which item they are about. */
  keep(rule: ItemRule | GroupRule, subject: Subject, findings: readonly Finding[]): void;
  /** The unit that what is found from now on belongs to. */
  begin(unit: string): void;
  /** Every single finding. */
  findings(): readonly SingleFinding[];
  /** All of them, those alike as one, by place. */
  diagnostics(): readonly Diagnostic[];
}

/** Where values were written. */
type Places = Pick<Evaluation, "locate">;

/** Findings of one rule that are taken: five for each node of the largest sites. */
const MOST_FINDINGS = 100_000;

/**
 * An empty collector. What is found at the same place in the same words is one diagnostic, about the first of the items it was found for. Of one rule `most` findings are
 * taken; a last one says where it stopped.
 */
export function createCollector(evaluation: Places, most: number = MOST_FINDINGS): Collector {
  const taken = new Map<ItemRule | GroupRule, number>();
  const found: SingleFinding[] = [];
  let unit = "";

  function add(diagnostic: Diagnostic): void {
    const { rule, field, message, location, kind, name } = diagnostic;
    const place = location === undefined ? [kind, name, field] : [location.uri, location.line, location.column];
    found.push({ unit, subject: `${kind}/${name}`, mergeKey: JSON.stringify([rule, message, ...place]), diagnostic });
  }

  return {
    attempt(rule, subject, run) {
      try {
        run();
      } catch (error) {
        const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
        const message = `rule ${rule.id} failed: ${reason}`.slice(0, 1024);
        const hint = "this is a fault of Bedplate; the other rules were run";
        add(toDiagnostic({ id: "internal-error", severity: "error" }, subject, { message, hint }, evaluation));
      }
    },
    isFull: (rule) => (taken.get(rule) ?? 0) > most,
    keep(rule, subject, findings) {
      if (findings.length === 0) return;
      let count = taken.get(rule) ?? 0;
      for (const finding of findings) {
        if (count > most) break;
        const isLast = count++ === most;
        add(toDiagnostic(rule, finding.about ?? subject, isLast ? oneTooMany(most) : finding, evaluation));
      }
      taken.set(rule, count);
    },
    begin(next) {
      unit = next;
    },
    findings: () => found,
    diagnostics: () => mergeFindings(found).map(legible).sort(byPlace),
  };
}

function oneTooMany(most: number): Finding {
  return {
    message: `this rule has found more than ${most} things; from here on they are not listed`,
    hint: "correct what is listed and validate again",
  };
}

function toDiagnostic(
  rule: Pick<ItemRule, "id" | "severity">,
  { kind, name }: Subject,
  { field, at, message, hint, severity = rule.severity, rule: id = rule.id, related = [] }: Finding,
  evaluation: Places,
): Diagnostic {
  const location = at ?? evaluation.locate(kind, name, field);
  return {
    rule: id,
    severity,
    message,
    hint,
    kind,
    name,
    ...(field !== undefined && { field }),
    ...(location !== undefined && { location }),
    related: related.flatMap((other) => {
      const place = evaluation.locate(other.kind, other.name, other.field);
      return place === undefined ? [] : [{ message: other.message, location: place }];
    }),
  };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const [left, right] = [a.location, b.location];
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  if (left.uri !== right.uri) return left.uri < right.uri ? -1 : 1;
  return left.line - right.line || left.column - right.column;
}
