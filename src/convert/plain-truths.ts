import type { Conversion } from "../design/document.ts";
import { fieldPath, indexPath, keyPath } from "../design/field-path.ts";
import type { KindSchema, MessageSchema } from "../design/kind-schema.ts";
import { type MarkedFields, markedFields } from "../design/marked-fields.ts";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";
import { truthOfHabit } from "../design/yaml-habits.ts";

/** Fields with their truth values as `true` and `false`, and which of them were written in another word. */
export interface PlainTruths {
  readonly spec: TreeMap;
  readonly conversions: readonly Conversion[];
}

/**
 * Writes the truth values of documents of the given kinds as every reader of YAML takes them: `yes` and the like, which only YAML 1.1 has, become `true` and
 * `false`, by the type of their field. Everything else stays as it is; the same fields when nothing changes.
 */
export function truthWriter(kinds: ReadonlyMap<string, KindSchema>): (kind: string, spec: TreeMap) => PlainTruths {
  const marked = markedFields(({ shape }) => shape.type === "scalar" && shape.scalar.type === "bool");
  return (kind, spec) => {
    const schema = kinds.get(kind);
    if (schema === undefined) return { spec, conversions: [] };
    const conversions: Conversion[] = [];
    return { spec: ofMessage(spec, schema.message, "", { marked, conversions }), conversions };
  };
}

interface Work {
  readonly marked: MarkedFields;
  readonly conversions: Conversion[];
}

function ofMessage(tree: TreeMap, schema: MessageSchema, path: string, work: Work): TreeMap {
  let changed: Record<string, Tree> | undefined;
  for (const { name, shape } of work.marked.of(schema)) {
    const value = tree[name];
    if (value === undefined || value === null) continue;
    const at = fieldPath(path, name);
    const written =
      "message" in shape ? ofParts(value, shape.message, keyOf(shape), at, work) : ofTruth(value, at, work);
    if (written === value) continue;
    changed ??= { ...tree };
    changed[name] = written;
  }
  return changed ?? tree;
}

function keyOf(shape: { readonly type: string; readonly key?: string }): string | undefined {
  return shape.type === "keyed" ? shape.key : undefined;
}

function ofParts(value: Tree, message: MessageSchema, key: string | undefined, path: string, work: Work): Tree {
  if (isTreeMap(value)) return ofMessage(value, message, path, work);
  if (!Array.isArray(value)) return value;
  const members = value.map((member: Tree, index): Tree => {
    if (!isTreeMap(member)) return member;
    const name = key === undefined ? undefined : member[key];
    const hasName = name !== undefined && typeof name !== "object";
    const at = hasName ? keyPath(path, String(name)) : indexPath(path, index);
    return ofMessage(member, message, at, work);
  });
  return members.every((member, index) => member === value[index]) ? value : members;
}

function ofTruth(value: Tree, field: string, { conversions }: Work): Tree {
  const truth = typeof value === "string" ? truthOfHabit(value) : undefined;
  if (truth === undefined) return value;
  conversions.push({ field, message: `${value} is ${truth}` });
  return truth;
}
