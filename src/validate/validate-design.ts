import type { Diagnostic } from "../design/diagnostic.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { itemUnit, type SingleFinding } from "../design/single-finding.ts";
import { checkGroup, groupUnit, seenFacts } from "./check-group.ts";
import { checkItem, rulesByKind } from "./check-item.ts";
import { cleanParts } from "./clean-parts.ts";
import { type Collector, createCollector } from "./collect-findings.ts";
import { declaredRules } from "./declared-rules.ts";
import type { Fact, GroupRule, ItemRule } from "./rule.ts";
import { createContext, type WatchedContext, watchedContext } from "./rule-context.ts";
import { groupRules, itemRules } from "./rules.ts";

/** What validation found, and how many rules were run, per item or per key. */
export interface Validation {
  readonly diagnostics: readonly Diagnostic[];
  readonly ruleRuns: number;
  /** What was looked at and said; undefined unless it was asked for. */
  readonly trace?: ValidationTrace;
}

/** A fact and the rule it was said to. */
export interface RuleFact {
  readonly rule: string;
  readonly fact: Fact;
}

/** What the check of a key of a group rule looked at. */
export interface GroupTrace {
  readonly rule: string;
  readonly key: string;
  readonly looks: ReadonlySet<string>;
}

/** What rules looked at and found, by what was evaluated: for evaluating a change by what it touches. */
export interface ValidationTrace {
  /** What rules looked at beside the item itself, by item ("Kind/name"). */
  readonly looks: ReadonlyMap<string, ReadonlySet<string>>;
  /** Everything items say to group rules, whether somebody asks or not, in the order of items. */
  readonly facts: readonly RuleFact[];
  /** The keys at whose check something was found, or looked at. */
  readonly groups: readonly GroupTrace[];
  readonly findings: readonly SingleFinding[];
  /** Turns of loops that the rules of the design took: of the one that took most. */
  readonly ruleSteps: number;
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

/** The built-in rules. */
export const builtInRules: RuleSet = { itemRules, groupRules };

/**
 * Runs every rule over the effective items of a design, those the design declares itself among them. The result is in the order of places. A rule that throws yields an `internal-error` and hides
 * nothing else. A finding that many items inherit from one place is given once. With `traced` the result says what was looked at, too.
 */
export function validateDesign(
  evaluation: ValidationInput,
  rules: RuleSet = builtInRules,
  { traced = false }: { readonly traced?: boolean } = {},
): Validation {
  const collector = createCollector(evaluation);
  const steps = new Map<string, number>();
  const spend = (rule: string, count: number) => steps.set(rule, (steps.get(rule) ?? 0) + count);
  const rulesOf = rulesByKind([...rules.itemRules, ...declaredRules(evaluation, spend)]);
  const context = watchedContext(createContext(evaluation));
  const clean = cleanParts();
  const looks = new Map<string, Set<string>>();
  let ruleRuns = 0;
  for (const item of evaluation.items.values()) {
    const own = traced ? new Set<string>() : undefined;
    if (own !== undefined) looks.set(`${item.kind}/${item.name}`, own);
    ruleRuns += checkItem(rulesOf(item.kind), item, context, collector, clean, own);
  }
  const facts: RuleFact[] = [];
  const groups: GroupTrace[] = [];
  for (const rule of rules.groupRules) {
    const byKey = traced
      ? allFacts(rule, evaluation, context, collector, looks, facts)
      : factsByKey(rule, evaluation, context, collector);
    for (const [key, known] of byKey) {
      const own = traced ? new Set<string>() : undefined;
      collector.begin(groupUnit(rule.id, key));
      const before = collector.findings().length;
      ruleRuns += checkGroup(rule, "key" in known ? [known] : known, context, collector, evaluation.locate, {
        looks: own,
      });
      const found = collector.findings().length > before;
      if (own !== undefined && (own.size > 0 || found)) groups.push({ rule: rule.id, key, looks: own });
    }
  }
  const trace = { looks, facts, groups, findings: collector.findings(), ruleSteps: Math.max(0, ...steps.values()) };
  return { diagnostics: collector.diagnostics(), ruleRuns, ...(traced && { trace }) };
}

/** Everything items say to a rule by key, as its checks see it; all of it is added to `said`, and what it took to `looks`. */
function allFacts(
  rule: GroupRule,
  evaluation: ValidationInput,
  context: WatchedContext,
  collector: Collector,
  looks: ReadonlyMap<string, Set<string>>,
  said: RuleFact[],
): ReadonlyMap<string, readonly Fact[]> {
  const byKey = new Map<string, Fact[]>();
  for (const item of evaluation.items.values()) {
    if (!rule.kinds.includes(item.kind)) continue;
    const key = `${item.kind}/${item.name}`;
    collector.begin(itemUnit(key));
    context.watch(looks.get(key));
    collector.attempt(rule, item, () => {
      for (const fact of rule.facts(item, context)) {
        said.push({ rule: rule.id, fact });
        const known = byKey.get(fact.key);
        if (known === undefined) byKey.set(fact.key, [fact]);
        else known.push(fact);
      }
    });
    looks.get(key)?.delete(key);
  }
  context.watch(undefined);
  return new Map([...byKey].map(([key, facts]) => [key, seenFacts(rule, facts)]));
}

/** Most keys have one fact, which then needs no list. */
function factsByKey(
  rule: GroupRule,
  evaluation: ValidationInput,
  context: WatchedContext,
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
      collector.begin(itemUnit(`${item.kind}/${item.name}`));
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
