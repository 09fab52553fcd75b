import type { EffectiveItem } from "../design/effective-item.ts";
import { itemUnit, type SingleFinding } from "../design/single-finding.ts";
import { checkGroup, groupUnit, seenFacts } from "./check-group.ts";
import { checkItem, rulesByKind } from "./check-item.ts";
import { cleanParts } from "./clean-parts.ts";
import { createCollector } from "./collect-findings.ts";
import { declaredRules } from "./declared-rules.ts";
import type { Fact, GroupRule } from "./rule.ts";
import { watchedContext } from "./rule-context.ts";
import { createSliceContext, type SliceWorld } from "./slice-context.ts";
import { builtInRules, type GroupTrace, type RuleFact } from "./validate-design.ts";

/** What rules made of items of a slice. */
export interface CheckedItems {
  /** What rules looked at beside the item itself, by item ("Kind/name"). */
  readonly looks: ReadonlyMap<string, ReadonlySet<string>>;
  readonly facts: readonly RuleFact[];
  readonly findings: readonly SingleFinding[];
  readonly ruleRuns: number;
  /** Turns of loops that the rules of the design took: of the one that took most. */
  readonly ruleSteps: number;
}

/** What is said of one key of a group rule, in the order of kinds and names: everything, or for a rule that only counts the first of each kind. */
export interface FactGroup {
  readonly rule: string;
  readonly key: string;
  readonly facts: readonly Fact[];
  /** How many facts items of the first one's kind say, where not all are given. */
  readonly total?: number;
}

/** What rules made of keys. */
export interface CheckedGroups {
  readonly groups: readonly GroupTrace[];
  readonly findings: readonly SingleFinding[];
  readonly ruleRuns: number;
}

/** The rules of a design over a slice of it. While the surroundings have open questions, and when it needs the whole, what it gives doesn't hold. */
export interface ValidationSlice {
  checkItems(): CheckedItems;
  checkGroups(groups: readonly FactGroup[]): CheckedGroups;
  /** Whether a rule asked for something that can be told only over the whole design. */
  needsWhole(): boolean;
}

const ruleById = new Map<string, GroupRule>(builtInRules.groupRules.map((rule) => [rule.id, rule]));

/** Whether a rule takes of the facts of a key only how many there are and the first of each kind. */
export function countsOnly(rule: string): boolean {
  return ruleById.get(rule)?.countsOnly === true;
}

/** Runs the rules that `validateDesign` runs, over the items of a slice and over keys. `rules` are the items that declare rules, all there are in the design. */
export function validateSlice(world: SliceWorld, rules: readonly EffectiveItem[]): ValidationSlice {
  const { slice, kinds } = world;
  const sliceContext = createSliceContext(world);
  const context = watchedContext(sliceContext);
  const locate = slice.locate;

  return {
    needsWhole: sliceContext.needsWhole,

    checkItems() {
      const collector = createCollector({ locate });
      const steps = new Map<string, number>();
      const spend = (rule: string, count: number) => steps.set(rule, (steps.get(rule) ?? 0) + count);
      const declared = new Map(rules.map((rule) => [`${rule.kind}/${rule.name}`, rule]));
      const rulesOf = rulesByKind([...builtInRules.itemRules, ...declaredRules({ items: declared, kinds }, spend)]);
      const clean = cleanParts();
      const looks = new Map<string, Set<string>>();
      const facts: RuleFact[] = [];
      let ruleRuns = 0;
      for (const { key, effective: item } of slice.items.values()) {
        if (item === undefined) continue;
        const own = new Set<string>();
        looks.set(key, own);
        ruleRuns += checkItem(rulesOf(item.kind), item, context, collector, clean, own);
        collector.begin(itemUnit(key));
        context.watch(own);
        for (const rule of builtInRules.groupRules) {
          if (!rule.kinds.includes(item.kind)) continue;
          collector.attempt(rule, item, () => {
            for (const fact of rule.facts(item, context)) facts.push({ rule: rule.id, fact });
          });
        }
        context.watch(undefined);
        own.delete(key);
      }
      const ruleSteps = Math.max(0, ...steps.values());
      return { looks, facts, findings: collector.findings(), ruleRuns, ruleSteps };
    },

    checkGroups(all) {
      const collector = createCollector({ locate });
      const groups: GroupTrace[] = [];
      let ruleRuns = 0;
      for (const { rule: id, key, facts, total } of all) {
        const rule = ruleById.get(id);
        if (rule === undefined) continue;
        const looks = new Set<string>();
        const before = collector.findings().length;
        collector.begin(groupUnit(id, key));
        ruleRuns += checkGroup(rule, seenFacts(rule, facts), context, collector, locate, { looks, total });
        const found = collector.findings().length > before;
        if (looks.size > 0 || found) groups.push({ rule: id, key, looks });
      }
      return { groups, findings: collector.findings(), ruleRuns };
    },
  };
}
