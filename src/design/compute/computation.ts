import type { Tree, TreeMap } from "../tree.ts";

/** What a computation may look at beside its own item: other items before their own computed values. */
export interface ComputeWorld {
  /** The tree of an item with its defaults; undefined for one that doesn't exist. */
  item(kind: string, name: string): TreeMap | undefined;
  /** The name of the design's Site. */
  readonly siteName: string | undefined;
}

/** A computed value, and the items ("Kind/name") it was read from, existing or not. */
export interface Computed {
  readonly value: Tree | undefined;
  readonly inputs: readonly string[];
}

/**
 * A rule that gives a field its value where nobody set it. `tree` is the item with its defaults and the values of earlier computations.
 */
export interface Computation {
  readonly rule: string;
  readonly kind: string;
  readonly field: string;
  compute(name: string, tree: TreeMap, world: ComputeWorld): Computed;
}
