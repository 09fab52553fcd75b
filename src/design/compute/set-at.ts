import type { TrailStep } from "../schema-path.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";

/**
 * A tree with a value at a trail of fields, map keys and indexes; what lies beside the trail is shared. Records that are missing are made. What is in `own`
 * was copied before and is written in place, and what is copied now is added to it: many values cost one copy.
 */
export function setAt(tree: TreeMap, trail: readonly TrailStep[], value: Tree, own: Set<object>): TreeMap {
  const [step, ...rest] = trail;
  if (step === undefined) return tree;
  const copy: Record<string, Tree> = own.has(tree) ? tree : copyOf(tree);
  own.add(copy);
  copy[step] = placed(Object.hasOwn(copy, step) ? copy[step] : undefined, rest, value, own);
  return copy;
}

/** A copy with the same prototype; most are common records, and those are soon copied. */
function copyOf(tree: TreeMap): Record<string, Tree> {
  const prototype = Object.getPrototypeOf(tree);
  return prototype === Object.prototype ? { ...tree } : Object.assign(Object.create(prototype), tree);
}

function placed(before: Tree | undefined, trail: readonly TrailStep[], value: Tree, own: Set<object>): Tree {
  const [step, ...rest] = trail;
  if (step === undefined) return value;
  if (typeof step !== "number") return setAt(isTreeMap(before) ? before : {}, trail, value, own);
  const list: Tree[] = !Array.isArray(before) ? [] : own.has(before) ? before : [...before];
  own.add(list);
  list[step] = placed(list[step], rest, value, own);
  return list;
}
