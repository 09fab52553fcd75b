import type { TrailStep } from "../schema-path.ts";
import type { Tree, TreeMap } from "../tree.ts";

/** A network of a route domain, and its address block. */
export interface RouteDomainMember {
  readonly network: string;
  readonly cidr: string;
}

/** What a computation may look at beside its own item: other items before their own computed values. Every look makes an input of the item. */
export interface ComputeWorld {
  /** The tree of an item with its defaults; undefined for one that doesn't exist. */
  item(kind: string, name: string): TreeMap | undefined;
  /** The design's Site by name, with its defaults; undefined when it has none. */
  site(): { readonly name: string; readonly tree: TreeMap } | undefined;
  /** The networks of a route domain that have an address block, by name. The domain is the input; look at the networks that give a value. */
  routeDomain(domain: string): readonly RouteDomainMember[];
}

/** A value that a computed one was read from: of which item, at which path (the item itself for the empty one), and what it is, one line. */
export interface Reading {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
  readonly message: string;
}

/** One value a computation gives. */
export interface ComputedValue {
  /** Where it goes, from the item down; an index behind the end of a list appends. */
  readonly trail: readonly TrailStep[];
  readonly value: Tree;
  /** What it was read from, in the order it was read. */
  readonly readings: readonly Reading[];
  /** The part of the same item that brought it about, where that isn't at its own place: findings about it stand there. */
  readonly causedBy?: readonly TrailStep[];
}

/**
 * A rule that gives values nobody wrote, or the meaning of what was written. `tree` is the item with its defaults and the values of earlier computations.
 * Pure; gives the same for the same item and world.
 */
export interface Computation {
  /** Kebab-case, as explanations name it. */
  readonly rule: string;
  readonly kind: string;
  /** The field of the item that the values are in. */
  readonly field: string;
  compute(name: string, tree: TreeMap, world: ComputeWorld): readonly ComputedValue[];
}

/** What a computation gives that gives nothing. */
export const nothingComputed: readonly ComputedValue[] = [];
