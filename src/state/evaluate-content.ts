import type { Diagnostic } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import { legible } from "../design/legible.ts";
import { builtInRules, validateDesign } from "../validate/validate-design.ts";
import { digestOf } from "./digest.ts";
import { reasonOfFindings } from "./incremental/reason-for-whole.ts";
import { tracesOf, type WholeTraces } from "./incremental/write-whole-traces.ts";
import type { Content } from "./store/content.ts";
import type { OutsideFindings } from "./validators.ts";

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
  /** What was looked at, where later changes may be evaluated by what they touch; or why they may not, in words. */
  readonly traces: WholeTraces | string;
}

const noFindings: OutsideFindings = { areNone: true, of: () => [] };

/** Composes, resolves and validates the content of a design; `outside` has what validators of others found. */
export function evaluateContent(content: Content, outside: OutsideFindings = noFindings): EvaluatedContent {
  const consumers = content.consumerDiagnostics;
  // The evaluation repeats what consumers found, as it is given when that is legible; what the engine found in the same words is told beside it.
  const theirs = consumers.map(({ diagnostic }) => legible(diagnostic));
  const evaluation = evaluateDesign({
    documents: content.documents,
    layers: content.layers,
    diagnostics: theirs,
    complete: true,
    traced: true,
  });
  const validation = validateDesign(evaluation, builtInRules, { traced: true });
  const found = new Map<string, IdentifiedDiagnostic>();
  const add = (origin: "consumer" | "design", layer: string, diagnostic: Diagnostic): void => {
    const each = identified(origin, layer, diagnostic);
    found.set(each.identity, each);
  };
  const repeated = new Set(theirs);
  for (const { layer, diagnostic } of consumers) add("consumer", layer, diagnostic);
  for (const diagnostic of evaluation.diagnostics) {
    if (!repeated.has(diagnostic)) add("design", "", diagnostic);
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
    traces: reasonOf(content, diagnostics) ?? tracesOf(evaluation, validation),
  };
}

/** A diagnostic with its identity. */
export function identified(origin: "consumer" | "design", layer: string, diagnostic: Diagnostic): IdentifiedDiagnostic {
  return { identity: digestOf([origin, layer, diagnostic]), origin, layer, diagnostic };
}

function reasonOf({ documents }: Content, diagnostics: readonly IdentifiedDiagnostic[]): string | undefined {
  if (documents.some(({ document }) => !document.complete)) return "a document broke off";
  return reasonOfFindings(diagnostics.map(({ diagnostic }) => diagnostic));
}
