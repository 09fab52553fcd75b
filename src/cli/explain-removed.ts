import type { Evaluation } from "../design/evaluate-design.ts";
import { type Explanation, type OverriddenValue, UnknownPathError } from "../design/explanation.ts";
import { itemKeyOf } from "../design/item-key.ts";

/**
 * Tells by what a value was taken away that an item would have inherited: `value` is null, `from` is the removal, and what it overrode follows. Undefined when
 * nothing took it away.
 */
export function explainRemoved(
  evaluation: Evaluation,
  kind: string,
  name: string,
  path: string,
): Explanation | undefined {
  const keys = [`${kind}/${name}`, ...evaluation.ancestors(kind, name)];
  for (const [index, key] of keys.entries()) {
    const of = itemKeyOf(key);
    const raws = evaluation.raw(of.kind, of.name).toReversed();
    for (const { removals, layer } of raws) {
      const removal = removals.find((each) => isWithin(path, each.path));
      if (removal === undefined) continue;
      const overrode = inheritedBy(evaluation, keys.slice(index + 1), path);
      if (overrode.length === 0) return undefined;
      return { path, value: null, from: removal.location, item: key, layer: layer.name, steps: [], overrode };
    }
  }
  return undefined;
}

/** What the nearest of these items that has a value there says, and what that one overrode. */
function inheritedBy(evaluation: Evaluation, keys: readonly string[], path: string): readonly OverriddenValue[] {
  for (const key of keys) {
    const { kind, name } = itemKeyOf(key);
    try {
      const { value, from, item, layer, overrode } = evaluation.explain(kind, name, path);
      if (from !== undefined && layer !== undefined) return [{ value, from, item, layer }, ...overrode];
    } catch (error) {
      if (!(error instanceof UnknownPathError)) throw error;
    }
  }
  return [];
}

/** Whether a path is another one or leads on from it. */
function isWithin(path: string, outer: string): boolean {
  return path.startsWith(outer) && /^(?:$|[.[])/.test(path.slice(outer.length));
}
