import type { EffectiveItem } from "../design/effective-item.ts";
import { itemUnit } from "../design/single-finding.ts";
import type { CleanParts } from "./clean-parts.ts";
import type { Collector } from "./collect-findings.ts";
import type { ItemRule } from "./rule.ts";
import type { WatchedContext } from "./rule-context.ts";

/** Chooses the rules for each kind of items, once. */
export function rulesByKind(all: readonly ItemRule[]): (kind: string) => readonly ItemRule[] {
  const byKind = new Map<string, readonly ItemRule[]>();
  return (kind) => {
    const known = byKind.get(kind);
    if (known !== undefined) return known;
    const chosen = all.filter(({ kinds }) => kinds.includes(kind) || kinds.includes("*"));
    byKind.set(kind, chosen);
    return chosen;
  };
}

/** Runs rules over one item and gives how many were run. What they look at goes into `looks`, when that is given, the item itself left out. */
export function checkItem(
  rules: readonly ItemRule[],
  item: EffectiveItem,
  context: WatchedContext,
  collector: Collector,
  clean: CleanParts,
  looks?: Set<string>,
): number {
  const key = `${item.kind}/${item.name}`;
  let runs = 0;
  let isWhole: boolean | undefined;
  collector.begin(itemUnit(key));
  for (const rule of rules) {
    if (clean.has(rule, item)) {
      if (looks !== undefined) for (const each of clean.looksOf(rule, item)) looks.add(each);
      continue;
    }
    if (collector.isFull(rule)) continue;
    runs++;
    const own = looks && new Set<string>();
    context.watch(own);
    collector.attempt(rule, item, () => {
      const findings = rule.check(item, context);
      collector.keep(rule, item, findings);
      if (rule.looksAt === undefined || findings.length > 0) return;
      // What an item lost may be why nothing was found.
      isWhole ??= context.isWhole(item);
      own?.delete(key);
      if (isWhole) clean.add(rule, item, own);
    });
    own?.delete(key);
    for (const each of own ?? []) looks?.add(each);
  }
  context.watch(undefined);
  return runs;
}
