import type { TreeMap } from "./tree.ts";

/**
 * An item after composition, inheritance, defaults and computation. `tree` holds only fields of its kind; removed and unset fields are absent.
 * `inputs` are the keys ("Kind/name") of the items it was made from: itself, its parents, and items its computed values were read from; those it looked
 * for and didn't find are among them. When one of them changes, comes or goes, it must be made anew.
 */
export interface EffectiveItem {
  readonly kind: string;
  readonly name: string;
  readonly tree: TreeMap;
  readonly inputs: readonly string[];
}
