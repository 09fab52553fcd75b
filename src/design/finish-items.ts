import type { Computation, ComputeWorld } from "./compute/computation.ts";
import { computations } from "./compute/computations.ts";
import type { EffectiveItem } from "./effective-item.ts";
import type { TreeBuilder } from "./effective-tree.ts";
import type { ResolvedItem } from "./resolve.ts";
import type { Tree, TreeMap } from "./tree.ts";

/** Gives resolved items their defaults and computed values. */
export interface ItemFinisher {
  /** The effective item: plain tree, and the items it was made from. */
  finish(item: ResolvedItem): EffectiveItem;
  /** The rule that computed a field of an item, if one did. */
  computedBy(item: ResolvedItem, field: string): string | undefined;
}

/** A finisher that looks up other items by "Kind/name" through `resolve`. */
export function itemFinisher(
  resolve: (key: string) => ResolvedItem | undefined,
  siteName: string | undefined,
  builder: TreeBuilder,
): ItemFinisher {
  const ofKind = Map.groupBy(computations, (each) => each.kind);
  const looked = new Map<string, TreeMap | undefined>();
  const world: ComputeWorld = {
    siteName,
    item(kind, name) {
      const key = `${kind}/${name}`;
      if (!looked.has(key)) {
        const item = resolve(key);
        looked.set(key, item && builder.item(item.body, item.schema.message));
      }
      return looked.get(key);
    },
  };

  function run(item: ResolvedItem) {
    const rules: readonly Computation[] = ofKind.get(item.key.kind) ?? [];
    const written = builder.item(item.body, item.schema.message);
    const computed = new Map<string, string>();
    const inputs = new Set<string>();
    let tree: TreeMap = written;
    for (const rule of rules) {
      if (tree[rule.field] !== undefined || !item.schema.message.fields.has(rule.field)) continue;
      const result = rule.compute(item.key.name, tree, world);
      for (const input of result.inputs) inputs.add(input);
      if (result.value === undefined) continue;
      tree = { ...tree, [rule.field]: result.value };
      computed.set(rule.field, rule.rule);
    }
    return { tree: computed.size === 0 ? tree : inSchemaOrder(tree, item), computed, inputs };
  }

  return {
    finish(item) {
      const { tree, inputs } = run(item);
      const { kind, name } = item.key;
      const missing = item.missingParent === undefined ? [] : [item.missingParent];
      const all = new Set([`${kind}/${name}`, ...item.ancestors, ...missing, ...inputs]);
      return { kind, name, tree, inputs: [...all] };
    },
    computedBy: (item, field) => run(item).computed.get(field),
  };
}

function inSchemaOrder(tree: TreeMap, item: ResolvedItem): TreeMap {
  const ordered: Record<string, Tree> = {};
  for (const name of item.schema.message.fields.keys()) {
    const value = tree[name];
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}
