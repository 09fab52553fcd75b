import { canonicalJson } from "./canonical.ts";
import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import { hiddenSecret, hideSecretsIn } from "./hide-secrets.ts";
import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/**
 * One difference between two trees of an item: the path of the outermost part that only one side has, or of the value that changed. A side without it is
 * absent. Secret values are "<secret>" on both sides. For an `order`, both sides are the keys of the members.
 */
export interface FieldChange {
  readonly path: string;
  readonly type: "added" | "removed" | "changed" | "order";
  readonly before?: Tree;
  readonly after?: Tree;
}

/**
 * The differences between two effective trees of a kind, in the order of the schema. Members of keyed lists and sets of strings are compared by key, and a new
 * order of the same members is a difference of its own; other lists by index.
 */
export function diffTrees(schema: KindSchema, before: TreeMap, after: TreeMap): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  diffMessages(schema.message, before, after, "", changes);
  return changes;
}

function diffMessages(schema: MessageSchema, a: TreeMap, b: TreeMap, path: string, changes: FieldChange[]): void {
  for (const field of schema.fields.values()) {
    diffParts(field.shape, a[field.name], b[field.name], fieldPath(path, field.name), field.secret, changes);
  }
}

function diffParts(
  shape: FieldShape,
  a: Tree | undefined,
  b: Tree | undefined,
  path: string,
  secret: boolean,
  changes: FieldChange[],
): void {
  if (a === b) return;
  const shown = (value: Tree) => (secret ? hiddenSecret : hideSecretsIn(shape, value));
  if (a === undefined || b === undefined) {
    if (b !== undefined) changes.push({ path, type: "added", after: shown(b) });
    if (a !== undefined) changes.push({ path, type: "removed", before: shown(a) });
  } else if (shape.type === "message" && isTreeMap(a) && isTreeMap(b)) {
    diffMessages(shape.message, a, b, path, changes);
  } else if (shape.type === "list" && Array.isArray(a) && Array.isArray(b)) {
    const member: FieldShape = { type: "message", message: shape.message };
    for (let index = 0; index < Math.max(a.length, b.length); index++) {
      diffParts(member, a[index], b[index], indexPath(path, index), false, changes);
    }
  } else if (shape.type === "map" || shape.type === "keyed" || shape.type === "strings") {
    diffGroups(shape, a, b, path, changes);
  } else if (canonicalJson(a) !== canonicalJson(b)) {
    changes.push({ path, type: "changed", before: shown(a), after: shown(b) });
  }
}

function diffGroups(
  shape: Extract<FieldShape, { type: "map" | "keyed" | "strings" }>,
  a: Tree,
  b: Tree,
  path: string,
  changes: FieldChange[],
): void {
  const [before, after] = [membersOf(shape, a), membersOf(shape, b)];
  const member = memberShape(shape);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    diffParts(member, before.get(key), after.get(key), keyPath(path, key), false, changes);
  }
  if (shape.type === "map") return;
  const [oldKeys, newKeys] = [[...before.keys()], [...after.keys()]];
  const common = [oldKeys.filter((key) => after.has(key)), newKeys.filter((key) => before.has(key))] as const;
  if (common[0].some((key, index) => key !== common[1][index])) {
    changes.push({ path, type: "order", before: oldKeys, after: newKeys });
  }
}

function memberShape(shape: Extract<FieldShape, { type: "map" | "keyed" | "strings" }>): FieldShape {
  if (shape.type === "keyed") return { type: "message", message: shape.message };
  return { type: "scalar", scalar: shape.type === "map" ? shape.value : shape.item };
}

function membersOf(shape: FieldShape, value: Tree): ReadonlyMap<string, Tree> {
  if (isTreeMap(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return new Map();
  const keyOf = (member: Tree) =>
    shape.type === "keyed" && isTreeMap(member) ? String(member[shape.key]) : String(member);
  return new Map(value.map((member: Tree) => [keyOf(member), member]));
}
