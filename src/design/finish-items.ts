import type { Computation, ComputedValue, RouteDomainMember } from "./compute/computation.ts";
import { computations } from "./compute/computations.ts";
import { watchedWorld } from "./compute/compute-world.ts";
import { setAt } from "./compute/set-at.ts";
import type { EffectiveItem } from "./effective-item.ts";
import { type TreeBuilder, treeBuilder } from "./effective-tree.ts";
import type { ResolvedItem } from "./resolve.ts";
import type { Tree, TreeMap } from "./tree.ts";

/** A computed value and the rule that gave it. */
export interface RuledValue extends ComputedValue {
  readonly rule: string;
}

/** Gives resolved items their defaults and computed values. */
export interface ItemFinisher {
  /** The effective item: plain tree, and the items it was made from. */
  finish(item: ResolvedItem): EffectiveItem;
  /** Every value of an item that was computed, in the order they were. */
  computedOf(item: ResolvedItem): readonly RuledValue[];
  /** Whether a value at a path of an item may be computed, which is soon said. */
  mayCompute(item: ResolvedItem, path: string): boolean;
}

/** A finisher that looks up other items by "Kind/name" through `resolve`; `keys` are those of all items, in the order of kind and name. */
export function itemFinisher(
  resolve: (key: string) => ResolvedItem | undefined,
  keys: () => Iterable<string>,
  siteName: string | undefined,
  membersElsewhere?: (domain: string) => readonly RouteDomainMember[],
  builder: TreeBuilder = treeBuilder(),
): ItemFinisher {
  const ofKind = Map.groupBy(computations, (each) => each.kind);
  const world = watchedWorld({ resolve, keys, siteName, builder, ...(membersElsewhere && { membersElsewhere }) });

  function run(item: ResolvedItem, inputs: Set<string>, computed?: RuledValue[]): TreeMap {
    const { kind, name } = item.key;
    const { fields } = item.schema.message;
    const rules: readonly Computation[] = ofKind.get(kind) ?? [];
    let tree: TreeMap = builder.item(item.body, item.schema.message);
    let isNew = false;
    const own = new Set<object>();
    world.watch(inputs);
    for (const rule of rules) {
      if (!fields.has(rule.field)) continue;
      for (const value of rule.compute(name, tree, world)) {
        isNew ||= tree[rule.field] === undefined;
        tree = setAt(tree, value.trail, value.value, own);
        computed?.push({ ...value, rule: rule.rule });
      }
    }
    return isNew ? inSchemaOrder(tree, fields.keys()) : tree;
  }

  return {
    finish(item) {
      const { kind, name } = item.key;
      const inputs = new Set([`${kind}/${name}`, ...item.ancestors, ...item.missing]);
      const tree = run(item, inputs);
      return { kind, name, tree, inputs: [...inputs] };
    },
    computedOf(item) {
      const computed: RuledValue[] = [];
      run(item, new Set(), computed);
      return computed;
    },
    mayCompute: ({ key }, path) => ofKind.get(key.kind)?.some(({ field }) => path.startsWith(field)) === true,
  };
}

function inSchemaOrder(tree: TreeMap, names: Iterable<string>): TreeMap {
  const ordered: Record<string, Tree> = {};
  for (const name of names) {
    const value = tree[name];
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}
