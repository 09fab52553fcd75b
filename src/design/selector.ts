import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** Selectors nest at most so deep; what is deeper selects nothing. */
export const DEEPEST_SELECTOR = 16;

/**
 * Which nodes: conditions of different fields must all hold; within one field any value suffices, but every label and every selector of `allOf` must fit,
 * and one of `anyOf`, where there are any. No condition at all selects every node.
 */
export interface Selector {
  readonly names: readonly string[];
  readonly racks: readonly string[];
  readonly tags: readonly string[];
  /** Host profiles anywhere in the chain a node inherits from. */
  readonly hostProfiles: readonly string[];
  /** Pairs of the node's owner data. */
  readonly labels: Readonly<Record<string, string>>;
  readonly anyOf: readonly Selector[];
  readonly allOf: readonly Selector[];
}

/** Selects every node. */
export const everyNode: Selector = Object.freeze({
  ...{ names: [], racks: [], tags: [], hostProfiles: [] },
  ...{ labels: {}, anyOf: [], allOf: [] },
});

/** A node as selectors see it. */
export interface Selectable {
  readonly name: string;
  /** The node's effective tree. */
  readonly tree: TreeMap;
  /** The host profiles it inherits from, the nearest first. Asked for only where a selector names one. */
  hostProfiles(): readonly string[];
}

/** A test of nodes against a selector, prepared once for many of them. */
export function compileSelector(selector: Selector, depth = 1): (node: Selectable) => boolean {
  if (depth > DEEPEST_SELECTOR) return () => false;
  const { names, racks, tags, hostProfiles, labels, anyOf, allOf } = selector;
  const tests: ((node: Selectable) => boolean)[] = [];
  if (names.length > 0) {
    const wanted = new Set(names);
    tests.push(({ name }) => wanted.has(name));
  }
  if (racks.length > 0) {
    const wanted = new Set(racks);
    tests.push(({ tree }) => wanted.has(rackOf(tree) ?? ""));
  }
  if (tags.length > 0) {
    const wanted = new Set(tags);
    tests.push(({ tree }) => tagsOf(tree).some((tag) => wanted.has(tag)));
  }
  const pairs = Object.entries(labels);
  if (pairs.length > 0) {
    tests.push(({ tree }) => {
      const given = labelsOf(tree);
      return pairs.every(([key, value]) => given.get(key) === value);
    });
  }
  if (hostProfiles.length > 0) {
    const wanted = new Set(hostProfiles);
    tests.push((node) => node.hostProfiles().some((profile) => wanted.has(profile)));
  }
  if (anyOf.length > 0) {
    const some = anyOf.map((each) => compileSelector(each, depth + 1));
    tests.push((node) => some.some((test) => test(node)));
  }
  for (const each of allOf) tests.push(compileSelector(each, depth + 1));
  return (node) => tests.every((test) => test(node));
}

/** A selector as an item holds it, in the field names of the contract; what isn't of its type is left out. Absent, it selects every node. */
export function selectorOfTree(tree: TreeMap | undefined): Selector {
  if (tree === undefined) return everyNode;
  return {
    names: texts(tree.names),
    racks: texts(tree.racks),
    tags: texts(tree.tags),
    hostProfiles: texts(tree.host_profiles),
    labels: pairsOf(tree.labels),
    anyOf: members(tree.any_of).map(selectorOfTree),
    allOf: members(tree.all_of).map(selectorOfTree),
  };
}

/** Whether a selector has no condition. */
export function isEverything({ names, racks, tags, hostProfiles, labels, anyOf, allOf }: Selector): boolean {
  const lists = [names, racks, tags, hostProfiles, anyOf, allOf];
  return lists.every(({ length }) => length === 0) && Object.keys(labels).length === 0;
}

/** The names beyond which a selector selects nothing; undefined where it may select a node of any name. */
export function possibleNames(selector: Selector, depth = 1): ReadonlySet<string> | undefined {
  if (depth > DEEPEST_SELECTOR) return new Set();
  const { names, anyOf, allOf } = selector;
  const bounds: ReadonlySet<string>[] = names.length > 0 ? [new Set(names)] : [];
  for (const each of allOf) {
    const bound = possibleNames(each, depth + 1);
    if (bound !== undefined) bounds.push(bound);
  }
  if (anyOf.length > 0) {
    const alternatives = anyOf.map((each) => possibleNames(each, depth + 1));
    if (alternatives.every((each) => each !== undefined)) {
      bounds.push(new Set(alternatives.flatMap((each) => [...each])));
    }
  }
  const [first, ...others] = bounds;
  return first && new Set([...first].filter((name) => others.every((bound) => bound.has(name))));
}

/** How deep a selector nests: 1 when there is no other in it. */
export function selectorDepth({ anyOf, allOf }: Selector): number {
  return 1 + Math.max(0, ...[...anyOf, ...allOf].map(selectorDepth));
}

/** The rack a node stands in. */
export function rackOf(tree: TreeMap): string | undefined {
  const rack = metadataOf(tree)?.rack;
  return typeof rack === "string" ? rack : undefined;
}

/** The tags of a node. */
export function tagsOf(tree: TreeMap): readonly string[] {
  return texts(metadataOf(tree)?.tags);
}

/** The labels of a node: its owner data. */
export function labelsOf(tree: TreeMap): ReadonlyMap<string, string> {
  return new Map(Object.entries(pairsOf(metadataOf(tree)?.owner_data)));
}

function metadataOf(tree: TreeMap): TreeMap | undefined {
  return isTreeMap(tree.metadata) ? tree.metadata : undefined;
}

function texts(value: Tree | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === "string") : [];
}

function members(value: Tree | undefined): readonly TreeMap[] {
  return Array.isArray(value) ? value.filter(isTreeMap) : [];
}

function pairsOf(value: Tree | undefined): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = Object.create(null);
  if (isTreeMap(value)) {
    for (const [key, each] of Object.entries(value)) if (typeof each === "string") pairs[key] = each;
  }
  return pairs;
}
