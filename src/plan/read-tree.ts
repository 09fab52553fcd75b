import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";

const NOTHING: TreeMap = Object.freeze({});

/** The text under a key, empty when there is none. */
export function textAt(tree: TreeMap, key: string): string {
  const value = tree[key];
  return typeof value === "string" ? value : "";
}

/** The number under a key, undefined when there is none. */
export function numberAt(tree: TreeMap, key: string): number | undefined {
  const value = tree[key];
  return typeof value === "number" ? value : undefined;
}

/** Whether a key holds `true`. */
export function flagAt(tree: TreeMap, key: string): boolean {
  return tree[key] === true;
}

/** The mapping under a key, empty when there is none. */
export function mapAt(tree: TreeMap, key: string): TreeMap {
  const value = tree[key];
  return isTreeMap(value) ? value : NOTHING;
}

/** The mappings of the list under a key; members that are none are left out. */
export function mapsAt(tree: TreeMap, key: string): readonly TreeMap[] {
  return listAt(tree, key).filter(isTreeMap);
}

/** The texts of the list under a key; members that are none are left out. */
export function textsAt(tree: TreeMap, key: string): readonly string[] {
  return listAt(tree, key).filter((member) => typeof member === "string");
}

/** The texts of the mapping under a key, by their own keys. */
export function textMapAt(tree: TreeMap, key: string): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(mapAt(tree, key))) {
    if (typeof value === "string") texts[name] = value;
  }
  return texts;
}

function listAt(tree: TreeMap, key: string): readonly Tree[] {
  const value = tree[key];
  return Array.isArray(value) ? value : [];
}
