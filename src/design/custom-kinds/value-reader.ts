import { readScalar } from "../read-scalar.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";
import { type FlatSchema, flatten, type PlacedSchema, sortOf } from "./flat-schema.ts";

/** Reads a value that is kept as written. */
export type ValueReader = (value: Tree) => Tree;

/**
 * What reads numbers and truth values inside a value that is replaced whole by their type: documents keep text whose usual spelling is another (`0.50`,
 * `True`). What it can't read stays, for the check of the whole item to tell. Undefined where there is nothing to read.
 */
export function valueReader(flat: FlatSchema, root: TreeMap): ValueReader | undefined {
  if (flat.circular) return undefined;
  const part = (placed: PlacedSchema | undefined) =>
    placed === undefined ? undefined : valueReader(flatten(placed, flat.open, root), root);
  switch (sortOf(flat)) {
    case "integer":
      return (value) => read(value, { type: "integer", gte: Number.MIN_SAFE_INTEGER, lte: Number.MAX_SAFE_INTEGER });
    case "number":
      return (value) => read(value, { type: "number" });
    case "boolean":
      return (value) => read(value, { type: "bool" });
    case "array": {
      const { keywords } = flat;
      const first = keywords.get("prefixItems");
      const members = Array.isArray(first?.schema)
        ? first.schema.map((schema: Tree) => part({ schema, place: first.place }))
        : [];
      const others = part(keywords.get("items"));
      if (others === undefined && members.every((each) => each === undefined)) return undefined;
      const readerAt = (index: number) => (index < members.length ? members[index] : others);
      return (value) =>
        Array.isArray(value) ? value.map((each: Tree, index) => readerAt(index)?.(each) ?? each) : value;
    }
    case "object": {
      const named = new Map([...(flat.properties ?? [])].map(([name, placed]) => [name, part(placed)]));
      const others = part(flat.keywords.get("additionalProperties"));
      if (others === undefined && [...named.values()].every((each) => each === undefined)) return undefined;
      return (value) =>
        isTreeMap(value) ? readEntries(value, (name) => (named.has(name) ? named.get(name) : others)) : value;
    }
    default:
      return undefined;
  }
}

function read(value: Tree, schema: Parameters<typeof readScalar>[1]): Tree {
  if (typeof value !== "string") return value;
  const reading = readScalar(value, schema);
  return reading.problem === undefined && reading.habit === undefined ? reading.value : value;
}

function readEntries(value: TreeMap, readerOf: (name: string) => ValueReader | undefined): TreeMap {
  const entries: Record<string, Tree> = Object.create(null);
  for (const [name, each] of Object.entries(value)) entries[name] = readerOf(name)?.(each) ?? each;
  return entries;
}
