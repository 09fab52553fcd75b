import type { Conversion } from "../../design/document.ts";
import type { SourceNode } from "../../design/source-node.ts";
import type { Tree, TreeMap } from "../../design/tree.ts";
import type { YamlNode, YamlScalar } from "../../yaml/node.ts";
import { nodeToPlain } from "../../yaml/node-to-plain.ts";

/** A plain value and where it and its parts were written. */
export interface Located {
  readonly tree: Tree;
  readonly source: SourceNode;
}

/** A mapping being rewritten: values by key, in order, and the place of the whole. */
export interface Fields {
  readonly values: Map<string, Located>;
  readonly source: SourceNode;
}

/** A list being rewritten, member by member. */
export interface Members {
  readonly values: readonly Located[];
  readonly source: SourceNode;
}

/** Notes what was rewritten: the field in the item's terms, and how. */
export type NoteConversion = (conversion: Conversion) => void;

/**
 * A YAML value as a plain one. Numbers whose usual spelling isn't what was written (`1.10`, `017`, beyond 2^53) stay text, so that nothing is lost
 * before the field's type is known.
 */
export function locate(node: YamlNode): Located {
  return nodeToPlain(node, faithfulScalar) as Located;
}

function faithfulScalar(scalar: YamlScalar): string | number | boolean | null {
  if (typeof scalar.value !== "number") return scalar.value;
  return String(scalar.value) === scalar.text ? scalar.value : scalar.text;
}

/** The fields of a mapping, or undefined when the value is no mapping. */
export function openFields(value: Located | undefined): Fields | undefined {
  if (value === undefined || typeof value.tree !== "object" || value.tree === null || Array.isArray(value.tree))
    return undefined;
  const values = new Map<string, Located>();
  for (const [key, tree] of Object.entries(value.tree)) {
    values.set(key, { tree, source: value.source.fields?.[key] ?? value.source });
  }
  return { values, source: value.source };
}

/** The mapping as it now is. */
export function closeFields(fields: Fields): Located & { readonly tree: TreeMap } {
  const tree: Record<string, Tree> = Object.create(null);
  const places: Record<string, SourceNode> = Object.create(null);
  for (const [key, value] of fields.values) {
    tree[key] = value.tree;
    places[key] = value.source;
  }
  return { tree, source: { ...placeOf(fields.source), fields: places } };
}

/** The members of a list, or undefined when the value is no list. */
export function openList(value: Located | undefined): Members | undefined {
  if (value === undefined || !Array.isArray(value.tree)) return undefined;
  const trees: readonly Tree[] = value.tree;
  return {
    values: trees.map((tree, index) => ({ tree, source: value.source.items?.[index] ?? value.source })),
    source: value.source,
  };
}

/** A list of the given members, standing where another value stood. */
export function closeList(values: readonly Located[], source: SourceNode): Located {
  return {
    tree: values.map((value) => value.tree),
    source: { ...placeOf(source), items: values.map((value) => value.source) },
  };
}

/** The same value under another name, when it is there and the other isn't. */
export function rename(fields: Fields, from: string, to: string, note?: NoteConversion): void {
  const value = fields.values.get(from);
  if (value === undefined || fields.values.has(to)) return;
  fields.values.delete(from);
  fields.values.set(to, value);
  note?.({ field: to, message: `${from} is ${to}` });
}

/** Replaces one value by another made from it; undefined takes it away. Absent values stay absent. */
export function rewrite(fields: Fields, key: string, change: (value: Located) => Located | undefined): void {
  const value = fields.values.get(key);
  if (value === undefined) return;
  const changed = change(value);
  if (changed === undefined) fields.values.delete(key);
  else fields.values.set(key, changed);
}

/** Rewrites the fields of a mapping; any other value stays as it is, for the engine to report. */
export function rewriteFields(value: Located, change: (fields: Fields) => void): Located {
  const fields = openFields(value);
  if (fields === undefined) return value;
  change(fields);
  return closeFields(fields);
}

/** Rewrites each member of a list; any other value stays as it is, for the engine to report. */
export function rewriteMembers(value: Located, change: (member: Located) => Located): Located {
  const list = openList(value);
  return list === undefined ? value : closeList(list.values.map(change), list.source);
}

/** A scalar standing where another value stood. */
export function scalar(tree: string | number | boolean | null, source: SourceNode): Located {
  return { tree, source: placeOf(source) };
}

/** A scalar as text; any other value stays as it is. */
export function asText(value: Located): Located {
  return typeof value.tree === "number" || typeof value.tree === "boolean"
    ? { tree: String(value.tree), source: value.source }
    : value;
}

/** The place of a value without the places of its parts. */
export function placeOf(source: SourceNode): SourceNode {
  const { fields: _fields, items: _items, ...place } = source;
  return place;
}
