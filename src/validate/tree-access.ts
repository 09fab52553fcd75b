import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";

/** The mapping under a field, or undefined when there is none. */
export function mapAt(tree: TreeMap | undefined, field: string): TreeMap | undefined {
  const value = tree?.[field];
  return isTreeMap(value) ? value : undefined;
}

/** The text under a field, or undefined when there is none. */
export function textAt(tree: TreeMap | undefined, field: string): string | undefined {
  const value = tree?.[field];
  return typeof value === "string" ? value : undefined;
}

/** The number under a field, or undefined when there is none. */
export function numberAt(tree: TreeMap | undefined, field: string): number | undefined {
  const value = tree?.[field];
  return typeof value === "number" ? value : undefined;
}

/** The mappings of a list under a field; empty when there is none. */
export function membersAt(tree: TreeMap | undefined, field: string): readonly TreeMap[] {
  return listAt(tree, field).filter(isTreeMap);
}

/** The texts of a list under a field; empty when there is none. */
export function textsAt(tree: TreeMap | undefined, field: string): readonly string[] {
  return listAt(tree, field).filter((member): member is string => typeof member === "string");
}

function listAt(tree: TreeMap | undefined, field: string): readonly Tree[] {
  const value = tree?.[field];
  return Array.isArray(value) ? value : [];
}
