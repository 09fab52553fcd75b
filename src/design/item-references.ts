import { fieldPath, indexPath, keyPath } from "./field-path.ts";
import type { FieldSchema, FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { markedFields } from "./marked-fields.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** An item that a field of another names. */
export interface ItemReference {
  /** Canonical path of the field, member or map entry that names. */
  readonly field: string;
  readonly kind: string;
  readonly name: string;
  /** Whether the field makes the one inherit from the other. */
  readonly isParent: boolean;
}

/** The kind of the item that a field's value names; undefined for a field that names none. */
export function referredKind(field: FieldSchema): string | undefined {
  return field.references ?? field.parent;
}

const onTheWay = markedFields((field) => referredKind(field) !== undefined);

/** Everything that an effective item names, by the fields of its kind that name items, in the order of their paths. */
export function itemReferences(tree: TreeMap, { message }: KindSchema): readonly ItemReference[] {
  const found: ItemReference[] = [];
  visit(tree, message, "", found);
  return found.sort((a, b) => (a.field < b.field ? -1 : a.field > b.field ? 1 : 0));
}

function visit(tree: TreeMap, message: MessageSchema, path: string, found: ItemReference[]): void {
  for (const field of onTheWay.of(message)) {
    const value = Object.hasOwn(tree, field.name) ? tree[field.name] : undefined;
    if (value !== undefined) visitValue(value, field, fieldPath(path, field.name), found);
  }
}

function visitValue(value: Tree, field: FieldSchema, path: string, found: ItemReference[]): void {
  const { shape } = field;
  const kind = referredKind(field);
  const add = (name: Tree | undefined, at: string) => {
    if (kind !== undefined && typeof name === "string") {
      found.push({ field: at, kind, name, isParent: field.parent !== undefined });
    }
  };
  if (shape.type === "scalar") add(value, path);
  else if (shape.type === "message") {
    if (isTreeMap(value)) visit(value, shape.message, path, found);
  } else if (shape.type === "map") {
    if (isTreeMap(value)) for (const [key, name] of Object.entries(value)) add(name, keyPath(path, key));
  } else if (Array.isArray(value)) {
    for (const [index, member] of value.entries()) {
      if (shape.type === "strings") add(member, keyPath(path, String(member)));
      else if (isTreeMap(member)) visitMember(member, shape, path, index, found);
    }
  }
}

function visitMember(member: TreeMap, shape: FieldShape, path: string, index: number, found: ItemReference[]): void {
  if (shape.type === "keyed") visit(member, shape.message, keyPath(path, String(member[shape.key])), found);
  else if (shape.type === "list") visit(member, shape.message, indexPath(path, index), found);
}

/**
 * One step from an item to values inside: into a field, through every entry of a map, or to any depth. Members of lists need no step of their own.
 */
export type ReferenceStep = { readonly field: string } | "every-entry" | "any-depth";

/**
 * The ways from an item of a kind to the values that name items of another; none when no field of it can. Where messages hold messages of their own kind the
 * way goes to any depth: it finds all there are, and perhaps others, so that what it finds is held against `itemReferences`.
 */
export function referenceWays({ message }: KindSchema, kind: string): ReadonlyArray<readonly ReferenceStep[]> {
  const ways: ReferenceStep[][] = [];
  const go = (at: MessageSchema, before: readonly ReferenceStep[], around: ReadonlySet<MessageSchema>): void => {
    for (const field of onTheWay.of(at)) {
      const way: ReferenceStep[] = [...before, { field: field.name }];
      const { shape } = field;
      if ("message" in shape) {
        if (around.has(shape.message)) continue;
        const inner = holdsItself(shape.message) ? [...way, "any-depth" as const] : way;
        go(shape.message, inner, new Set([...around, shape.message]));
      } else if (referredKind(field) === kind) ways.push(shape.type === "map" ? [...way, "every-entry"] : way);
    }
  };
  go(message, holdsItself(message) ? ["any-depth"] : [], new Set([message]));
  return ways;
}

function holdsItself(message: MessageSchema): boolean {
  const seen = new Set<MessageSchema>();
  const reaches = (at: MessageSchema): boolean =>
    [...at.fields.values()].some(({ shape }) => {
      if (!("message" in shape) || seen.has(shape.message)) return false;
      seen.add(shape.message);
      return shape.message === message || reaches(shape.message);
    });
  return reaches(message);
}
