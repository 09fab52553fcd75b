/** A value of a design as plain data: what a document says, or what an effective item is. Maps have no prototype or only safe keys. */
export type Tree = string | number | boolean | null | readonly Tree[] | TreeMap;

/** A mapping of plain values by field name or map key. */
export interface TreeMap {
  readonly [key: string]: Tree;
}

/** Whether a value is a mapping: neither a scalar nor a list. */
export function isTreeMap(value: Tree | undefined): value is TreeMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
