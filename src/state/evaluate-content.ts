import type { Diagnostic } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import { validateDesign } from "../validate/validate-design.ts";
import { digestOf } from "./digest.ts";
import type { Content } from "./store/content.ts";
import type { OutsideFindings } from "./validators.ts";

/** The version of composition and resolution; it grows when the same documents would give another result. */
export const RESOLVER_VERSION = "2";

/** An effective item with the digest of its tree. */
export interface DigestedItem {
  readonly item: EffectiveItem;
  readonly digest: string;
}

/** A diagnostic and who found it; `identity` is a digest of all of it. `layer` is empty unless a consumer found it. */
export interface IdentifiedDiagnostic {
  readonly identity: string;
  readonly origin: "consumer" | "design";
  readonly layer: string;
  readonly diagnostic: Diagnostic;
}

/** What follows from the content of a design. */
export interface EvaluatedContent {
  readonly items: readonly DigestedItem[];
  readonly diagnostics: readonly IdentifiedDiagnostic[];
  readonly errorCount: number;
  readonly warningCount: number;
  readonly itemsResolved: number;
  readonly ruleRuns: number;
}

const noFindings: OutsideFindings = { of: () => [] };

/** Composes, resolves and validates the content of a design; `outside` has what validators of others found. */
export function evaluateContent(content: Content, outside: OutsideFindings = noFindings): EvaluatedContent {
  const consumers = content.consumerDiagnostics;
  const evaluation = evaluateDesign({
    documents: content.documents,
    layers: content.layers,
    diagnostics: consumers.map(({ diagnostic }) => diagnostic),
    complete: true,
  });
  const validation = validateDesign(evaluation);
  const found = new Map<string, IdentifiedDiagnostic>();
  const add = (origin: "consumer" | "design", layer: string, diagnostic: Diagnostic): void => {
    const identity = digestOf([origin, layer, diagnostic]);
    found.set(identity, { identity, origin, layer, diagnostic });
  };
  // The evaluation repeats what consumers found, which is told apart by what it says.
  const theirs = new Set(consumers.map(({ diagnostic }) => digestOf(diagnostic)));
  for (const { layer, diagnostic } of consumers) add("consumer", layer, diagnostic);
  for (const diagnostic of evaluation.diagnostics) {
    if (theirs.size === 0 || !theirs.has(digestOf(diagnostic))) add("design", "", diagnostic);
  }
  for (const diagnostic of validation.diagnostics) add("design", "", diagnostic);
  for (const diagnostic of outside.of(content, evaluation)) add("design", "", diagnostic);
  const diagnostics = [...found.values()];
  const countOf = (severity: string) => diagnostics.filter((each) => each.diagnostic.severity === severity).length;
  return {
    items: [...evaluation.items.values()].map((item) => ({ item, digest: digestOf(item.tree) })),
    diagnostics,
    errorCount: countOf("error"),
    warningCount: countOf("warning"),
    itemsResolved: evaluation.counters.itemsResolved,
    ruleRuns: validation.ruleRuns,
  };
}
