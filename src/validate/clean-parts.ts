import type { EffectiveItem } from "../design/effective-item.ts";
import type { Tree } from "../design/tree.ts";
import type { ItemRule } from "./rule.ts";

/** Remembers of which parts of items a rule had nothing to say, for other items that inherit the very same parts. */
export interface CleanParts {
  /** Whether the rule was run on an item of the same parts and found nothing. */
  has(rule: ItemRule, item: EffectiveItem): boolean;
  /** What the rule looked at beside the item when it was run on one of the same parts. */
  looksOf(rule: ItemRule, item: EffectiveItem): ReadonlySet<string>;
  add(rule: ItemRule, item: EffectiveItem, looks?: ReadonlySet<string>): void;
}

const noLooks: ReadonlySet<string> = new Set();

/** A memory for one validation: what rules look at beside the item must not change. */
export function cleanParts(): CleanParts {
  const byRule = new Map<ItemRule, Map<Tree | undefined, ReadonlySet<string>>>();
  const numbers = new Map<Tree | undefined, number>();

  /** One part stands for itself, several for their numbers. */
  function keyOf(item: EffectiveItem, [first, ...others]: readonly string[]): Tree | undefined {
    if (first === undefined || others.length === 0) return first === undefined ? undefined : item.tree[first];
    return [first, ...others].map((field) => numberOf(item.tree[field])).join("/");
  }

  function numberOf(part: Tree | undefined): number {
    const known = numbers.get(part);
    if (known !== undefined) return known;
    numbers.set(part, numbers.size);
    return numbers.size - 1;
  }

  return {
    has(rule, item) {
      const fields = rule.looksAt?.[item.kind];
      return fields !== undefined && byRule.get(rule)?.has(keyOf(item, fields)) === true;
    },
    looksOf(rule, item) {
      const fields = rule.looksAt?.[item.kind];
      return (fields && byRule.get(rule)?.get(keyOf(item, fields))) ?? noLooks;
    },
    add(rule, item, looks = noLooks) {
      const fields = rule.looksAt?.[item.kind];
      if (fields === undefined) return;
      const clean = byRule.get(rule) ?? new Map();
      byRule.set(rule, clean.set(keyOf(item, fields), looks));
    },
  };
}
