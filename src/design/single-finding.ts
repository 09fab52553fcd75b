import type { Diagnostic } from "./diagnostic.ts";

/**
 * One finding, before findings alike are told as one. `unit` is what was evaluated when it was made: an item ("item Kind/name") or a key of a group rule; `subject`
 * is the item it is about ("Kind/name"). Findings of one `mergeKey` say the same of many items; without it a finding stands for itself.
 */
export interface SingleFinding {
  readonly unit: string;
  readonly subject: string;
  readonly mergeKey?: string;
  readonly diagnostic: Diagnostic;
}

/** The unit of the findings made when an item is evaluated. */
export function itemUnit(key: string): string {
  return `item ${key}`;
}

/** What findings alike are told as: the first of them, and in how many more items. */
export function mergedDiagnostic(first: Diagnostic, others: number): Diagnostic {
  return others === 0 ? first : { ...first, message: `${first.message} (and in ${others} more that inherit it)` };
}

/** Orders findings alike: by the item they are about, then by the unit, then as they were made. The first of them is told. */
export function isBefore(one: SingleFinding, other: SingleFinding): boolean {
  return one.subject === other.subject ? one.unit < other.unit : one.subject < other.subject;
}

/** Tells findings as diagnostics, those alike as one. Findings that stand for themselves come as they are; the order is that in which each was first met. */
export function mergeFindings(findings: Iterable<SingleFinding>): readonly Diagnostic[] {
  const merged = new Map<string | SingleFinding, { first: SingleFinding; readonly subjects: Set<string> }>();
  for (const each of findings) {
    const key = each.mergeKey ?? each;
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { first: each, subjects: new Set([each.subject]) });
      continue;
    }
    known.subjects.add(each.subject);
    if (isBefore(each, known.first)) known.first = each;
  }
  return [...merged.values()].map(({ first, subjects }) => mergedDiagnostic(first.diagnostic, subjects.size - 1));
}
