import { canonicalJson } from "./canonical.ts";
import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import { hiddenSecret, hideWrittenSecrets } from "./hide-secrets.ts";
import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { speaksOfSecret } from "./secret-name.ts";
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
 * The differences between two trees of a kind, effective ones or as authors wrote them, in the order of the schema; fields it doesn't know come last, by name.
 * Members of keyed lists and sets of strings are compared by key, and a new order of the same members is a difference of its own; other lists by index. What
 * isn't of its field's shape is compared whole.
 */
export function diffTrees(schema: KindSchema, before: TreeMap, after: TreeMap): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  diffMessages(schema.message, before, after, "", changes);
  return changes;
}

/** The differences between an item on two sides, one of which may not have it: that is one difference, at the empty path. */
export function diffItems(
  schema: KindSchema,
  before: TreeMap | undefined,
  after: TreeMap | undefined,
): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  diffParts({ type: "message", message: schema.message }, before, after, "", false, changes);
  return changes;
}

function diffMessages(schema: MessageSchema, a: TreeMap, b: TreeMap, path: string, changes: FieldChange[]): void {
  for (const field of schema.fields.values()) {
    diffParts(field.shape, a[field.name], b[field.name], fieldPath(path, field.name), field.secret, changes);
  }
  for (const name of unknownNames(schema, a, b)) {
    diffParts(anything, ownValue(a, name), ownValue(b, name), fieldPath(path, name), speaksOfSecret(name), changes);
  }
}

const anything: FieldShape = { type: "any" };

function unknownNames({ fields }: MessageSchema, a: TreeMap, b: TreeMap): readonly string[] {
  const names = [...Object.keys(a), ...Object.keys(b)].filter((name) => !fields.has(name));
  return names.length === 0 ? names : [...new Set(names)].sort();
}

function ownValue(tree: TreeMap, name: string): Tree | undefined {
  return Object.hasOwn(tree, name) ? tree[name] : undefined;
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
  const shown = (value: Tree) => (secret ? hiddenSecret : hideWrittenSecrets(shape, value));
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
  } else if (!diffGroups(shape, a, b, path, changes) && canonicalJson(a) !== canonicalJson(b)) {
    changes.push({ path, type: "changed", before: shown(a), after: shown(b) });
  }
}

type GroupShape = Extract<FieldShape, { type: "map" | "keyed" | "strings" }>;

/** Compares two groups member by member; false, with nothing done, when they are none. */
function diffGroups(shape: FieldShape, a: Tree, b: Tree, path: string, changes: FieldChange[]): boolean {
  if (shape.type !== "map" && shape.type !== "keyed" && shape.type !== "strings") return false;
  const before = membersOf(shape, a);
  const after = membersOf(shape, b);
  if (before === undefined || after === undefined) return false;
  const member = memberShape(shape);
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    diffParts(member, before.get(key), after.get(key), keyPath(path, key), false, changes);
  }
  if (shape.type === "map") return true;
  const [oldKeys, newKeys] = [[...before.keys()], [...after.keys()]];
  const common = [oldKeys.filter((key) => after.has(key)), newKeys.filter((key) => before.has(key))] as const;
  if (common[0].some((key, index) => key !== common[1][index])) {
    changes.push({ path, type: "order", before: oldKeys, after: newKeys });
  }
  return true;
}

function memberShape(shape: GroupShape): FieldShape {
  if (shape.type === "keyed") return { type: "message", message: shape.message };
  return { type: "scalar", scalar: shape.type === "map" ? shape.value : shape.item };
}

/** The members of a group by key; undefined when it is none: a member has no key, or two have the same. */
function membersOf(shape: GroupShape, value: Tree): ReadonlyMap<string, Tree> | undefined {
  if (shape.type === "map") return isTreeMap(value) ? new Map(Object.entries(value)) : undefined;
  if (!Array.isArray(value)) return undefined;
  const members = new Map<string, Tree>();
  for (const member of value as readonly Tree[]) {
    const key: Tree | undefined = shape.type === "keyed" && isTreeMap(member) ? member[shape.key] : member;
    if (key === undefined || key === null || typeof key === "object" || members.has(String(key))) return undefined;
    members.set(String(key), member);
  }
  return members;
}
