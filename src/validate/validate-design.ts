import type { Diagnostic } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { cleanParts } from "./clean-parts.ts";
import { type Collector, createCollector } from "./collect-findings.ts";
import { declaredRules } from "./declared-rules.ts";
import { lostValues } from "./lost-values.ts";
import type { Fact, GroupRule, ItemRule, RuleContext } from "./rule.ts";
import { groupRules, itemRules } from "./rules.ts";
import { suppliersOf } from "./suppliers.ts";

/** What validation found, and how many rules were run, per item or per key. */
export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  readonly ruleRuns: number;
}

/** What validation looks at: the items of a design, and what is known of where they come from. */
export type ValidationInput = Pick<
  Evaluation,
  "items" | "diagnostics" | "kinds" | "layers" | "ancestors" | "isWhole" | "locate" | "origin"
>;

/** The rules to run; the built-in ones when absent. */
export interface RuleSet {
  readonly itemRules: readonly ItemRule[];
  readonly groupRules: readonly GroupRule[];
}

/**
 * Runs every rule over the effective items of a design, those the design declares itself among them. The result is in the order of places. A rule that throws yields an `internal-error` and hides
 * nothing else. A finding that many items inherit from one place is given once.
 */
export function validateDesign(evaluation: ValidationInput, rules: RuleSet = { itemRules, groupRules }): Validation {
  const collector = createCollector(evaluation);
  const all = [...rules.itemRules, ...declaredRules(evaluation)];
  const context = createContext(evaluation);
  const clean = cleanParts();
  let ruleRuns = 0;
  const byKind = new Map<string, readonly ItemRule[]>();
  for (const item of evaluation.items.values()) {
    const ofKind = byKind.get(item.kind) ?? all.filter(({ kinds }) => kinds.includes(item.kind) || kinds.includes("*"));
    byKind.set(item.kind, ofKind);
    let isWhole: boolean | undefined;
    for (const rule of ofKind) {
      if (clean.has(rule, item) || collector.isFull(rule)) continue;
      ruleRuns++;
      collector.attempt(rule, item, () => {
        const findings = rule.check(item, context);
        collector.keep(rule, item, findings);
        if (rule.looksAt === undefined || findings.length > 0) return;
        // What an item lost may be why nothing was found.
        isWhole ??= context.isWhole(item);
        if (isWhole) clean.add(rule, item);
      });
    }
  }
  for (const rule of rules.groupRules) {
    const { least = 2 } = rule;
    for (const known of factsByKey(rule, evaluation, context, collector).values()) {
      const facts = "key" in known ? [known] : known;
      const [first] = facts;
      if (first === undefined || facts.length < least || collector.isFull(rule)) continue;
      ruleRuns++;
      collector.attempt(rule, first, () => {
        // Most groups are fine, and places take time.
        if (rule.check(facts, context).length === 0) return;
        const ordered = rule.inAnyOrder === true ? facts : inOrder(facts, evaluation);
        for (const finding of rule.check(ordered, context)) collector.keep(rule, finding.about, [finding]);
      });
    }
  }
  return { diagnostics: collector.diagnostics(), ruleRuns };
}

function createContext(evaluation: ValidationInput): RuleContext {
  const isLost = lostValues(evaluation.diagnostics);
  const byKind = new Map<string, Map<string, EffectiveItem>>();
  for (const item of evaluation.items.values()) {
    const ofKind = byKind.get(item.kind);
    if (ofKind === undefined) byKind.set(item.kind, new Map([[item.name, item]]));
    else ofKind.set(item.name, item);
  }
  const isWhole: RuleContext["isWhole"] = ({ kind, name }, field = "") =>
    evaluation.isWhole(kind, name) && !isLost([`${kind}/${name}`, ...evaluation.ancestors(kind, name)], field);
  const whole = new Map<string, boolean>();
  return {
    lookup: (kind, name) => (name === undefined ? undefined : byKind.get(kind)?.get(name)),
    ofKind: (kind) => [...(byKind.get(kind)?.values() ?? [])],
    hasKind: (kind) => byKind.has(kind),
    schema: (kind) => evaluation.kinds.get(kind),
    isWhole,
    areWhole(kind, field) {
      const key = `${kind}.${field}`;
      const before = whole.get(key);
      if (before !== undefined) return before;
      const items = [...(byKind.get(kind)?.values() ?? [])];
      // Of a name nobody has, it tells whether one of the kind may be lost.
      const found = evaluation.isWhole(kind, "") && items.every((item) => isWhole(item, field));
      whole.set(key, found);
      return found;
    },
    origin: ({ kind, name }, field) => evaluation.origin(kind, name, field),
    suppliers: (kind, field) => suppliersOf(evaluation.layers, kind, field),
  };
}

/** Most keys have one fact, which then needs no list. */
function factsByKey(
  rule: GroupRule,
  evaluation: ValidationInput,
  context: RuleContext,
  collector: Collector,
): Map<string, Fact | Fact[]> {
  const byKey = new Map<string, Fact | Fact[]>();
  const add = (fact: Fact): void => {
    const known = byKey.get(fact.key);
    if (known === undefined) byKey.set(fact.key, fact);
    else if ("key" in known) byKey.set(fact.key, [known, fact]);
    else known.push(fact);
  };
  const gather = (isMeant: (kind: string) => boolean, keep: (fact: Fact) => void, isDone = () => false): void => {
    for (const item of evaluation.items.values()) {
      if (isDone()) return;
      if (!rule.kinds.includes(item.kind) || !isMeant(item.kind)) continue;
      collector.attempt(rule, item, () => {
        for (const fact of rule.facts(item, context)) keep(fact);
      });
    }
  };
  const { askedBy } = rule;
  if (askedBy === undefined) {
    gather(() => true, add);
    return byKey;
  }
  gather((kind) => askedBy.includes(kind), add);
  const open = new Set(byKey.keys());
  gather(
    (kind) => !askedBy.includes(kind),
    (fact) => {
      if (open.delete(fact.key)) add(fact);
    },
    () => open.size === 0,
  );
  return byKey;
}

/** Facts by the place they were written, so that the later one is the one too many. */
function inOrder(facts: readonly Fact[], evaluation: ValidationInput): readonly Fact[] {
  const places = facts.map((fact) => ({ fact, place: evaluation.locate(fact.kind, fact.name, fact.field) }));
  return places
    .sort(({ place: a }, { place: b }) => {
      if (a === undefined || b === undefined) return 0;
      if (a.uri !== b.uri) return a.uri < b.uri ? -1 : 1;
      return a.line - b.line || a.column - b.column;
    })
    .map(({ fact }) => fact);
}
