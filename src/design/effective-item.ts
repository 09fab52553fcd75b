import type { TreeMap } from "./tree.ts";

/**
 * An item after composition, inheritance, defaults and computation. `tree` holds only fields of its kind; removed and unset fields are absent.
 * `inputs` are the keys ("Kind/name") of the items it was made from: itself, its parents, and items its computed values were read from, with what those
 * inherit from; those it looked for and didn't find are among them. When one of them changes, comes or goes, it must be made anew. Three more kinds of inputs
 * are no items, and told by their small letter: `route-domain/NAME` changes when a network of that route domain comes, goes or changes its block,
 * `design/site` when another item than before is the design's Site, the first by name, and `design/long-chains` with anything in a chain or circle of
 * inheritance that is longer than one may be. So an item has a few hundred inputs at most, whatever a design says.
 */
export interface EffectiveItem {
  readonly kind: string;
  readonly name: string;
  readonly tree: TreeMap;
  readonly inputs: readonly string[];
}
