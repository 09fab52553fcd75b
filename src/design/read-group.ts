import type { DeclaredGroup, DeclaredList, DeclaredMessage, DeclaredRemoval, DeclaredScalar } from "./declared.ts";
import { indexPath, keyPath } from "./field-path.ts";
import type { FieldShape } from "./kind-schema.ts";
import { placeOf } from "./place.ts";
import type { DocumentReader } from "./read-document.ts";
import { describeValue, readScalar } from "./read-scalar.ts";
import type { SourceNode } from "./source-node.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

type GroupShape = Extract<FieldShape, { type: "map" | "keyed" | "strings" }>;
type Shape<T extends FieldShape["type"]> = Extract<FieldShape, { type: T }>;

/** Reads a map, a keyed list or a set of strings into members and removals by key. */
export function readGroup(
  reader: DocumentReader,
  value: readonly Tree[] | TreeMap,
  at: SourceNode,
  path: string,
  shape: GroupShape,
): DeclaredGroup {
  const group = groupBuilder(reader, at, path);
  if (shape.type === "map") readMap(group, value as TreeMap, shape);
  else if (shape.type === "keyed") readKeyed(group, value as readonly Tree[], shape);
  else readStrings(group, value as readonly Tree[], shape);
  checkCount(reader, group.members.size, shape.maxItems, at, path);
  const removes =
    group.removals.size > 0 || [...group.members.values()].some((each) => each.type === "message" && each.removes);
  return { type: "group", members: group.members, removals: group.removals, removes, origin: reader.origin, at };
}

/** Reads a list whose members have no key. */
export function readList(
  reader: DocumentReader,
  value: readonly Tree[],
  at: SourceNode,
  path: string,
  shape: Shape<"list">,
): DeclaredList {
  const items: DeclaredMessage[] = [];
  for (const [index, member] of value.entries()) {
    const place = at.items?.[index] ?? at;
    const ownPath = indexPath(path, index);
    if (isTreeMap(member)) {
      items.push(reader.readMessage(member, place, ownPath, shape.message));
    } else if (member !== null || reader.origin.document.complete) {
      const message = `found ${describeValue(member)}, expected a record of fields`;
      reader.report(place, { rule: "wrong-type", severity: "error", message, field: ownPath });
    }
  }
  checkCount(reader, items.length, shape.maxItems, at, path);
  const removes = items.some((each) => each.removes);
  return { type: "list", items, removes, origin: reader.origin, at };
}

interface GroupBuilder {
  readonly reader: DocumentReader;
  readonly at: SourceNode;
  readonly path: string;
  readonly members: Map<string, DeclaredScalar | DeclaredMessage>;
  readonly removals: Map<string, DeclaredRemoval>;
  /** Takes `!name` as the removal of `name`; answers whether it was one. */
  remove(key: string, place: SourceNode): boolean;
  /** Answers whether the key is new; reports it when not. */
  isNew(key: string, place: SourceNode, severity: "error" | "warning"): boolean;
}

function groupBuilder(reader: DocumentReader, at: SourceNode, path: string): GroupBuilder {
  const members = new Map<string, DeclaredScalar | DeclaredMessage>();
  const removals = new Map<string, DeclaredRemoval>();
  return {
    ...{ reader, at, path, members, removals },
    remove(key, place) {
      if (!key.startsWith("!")) return false;
      const name = key.slice(1);
      if (name !== "") removals.set(name, reader.removal(place, keyPath(path, name)));
      else {
        const message = 'found "!", expected "!" and the name of what is removed';
        reader.report(place, { rule: "invalid-value", severity: "error", message, field: path });
      }
      return true;
    },
    isNew(key, place, severity) {
      const first = members.get(key);
      if (first === undefined) return true;
      reader.report(place, {
        rule: "duplicate-member",
        severity,
        message: `found ${describeValue(key)} on line ${place.line} and already on line ${first.at.line}, expected it once`,
        hint: "the first is used; remove one of them",
        field: keyPath(path, key),
        related: [{ message: "the first one", location: placeOf(first) }],
      });
      return false;
    },
  };
}

function readMap({ reader, at, path, members, remove }: GroupBuilder, tree: TreeMap, shape: Shape<"map">): void {
  const { origin } = reader;
  for (const key in tree) {
    const value = tree[key] ?? null;
    const place = at.fields?.[key] ?? at;
    if (remove(key, place) || value === null) continue;
    const reading = readScalar(value, shape.value);
    if (reading.problem === undefined) {
      members.set(key, { type: "scalar", value: reading.value, origin, at: place });
      continue;
    }
    const { rule, found, expected, hint } = reading.problem;
    const message = `found ${found}, expected ${expected}`;
    reader.report(place, { rule, severity: "error", message, field: keyPath(path, key), ...(hint && { hint }) });
  }
}

function readStrings(
  { reader, at, path, members, remove, isNew }: GroupBuilder,
  list: readonly Tree[],
  shape: Shape<"strings">,
): void {
  const { origin } = reader;
  for (const [index, member] of list.entries()) {
    const place = at.items?.[index] ?? at;
    if (member === null && !origin.document.complete) continue;
    if (typeof member === "string" && remove(member, place)) continue;
    const reading = readScalar(member, shape.item);
    if (reading.problem !== undefined) {
      const { rule, found, expected, hint } = reading.problem;
      const message = `found ${found}, expected ${expected}`;
      reader.report(place, { rule, severity: "error", message, field: indexPath(path, index), ...(hint && { hint }) });
      continue;
    }
    const key = String(reading.value);
    if (isNew(key, place, "warning")) members.set(key, { type: "scalar", value: key, origin, at: place });
  }
}

function readKeyed(
  { reader, at, path, members, remove, isNew }: GroupBuilder,
  list: readonly Tree[],
  shape: Shape<"keyed">,
): void {
  for (const [index, member] of list.entries()) {
    const place = at.items?.[index] ?? at;
    if (typeof member === "string" && remove(member, place)) continue;
    if (!isTreeMap(member)) {
      if (member === null && !reader.origin.document.complete) continue;
      const message = `found ${describeValue(member)}, expected a record of fields with "${shape.key}"`;
      reader.report(place, { rule: "wrong-type", severity: "error", message, field: indexPath(path, index) });
      continue;
    }
    const key = memberKey(member[shape.key]);
    if (key === undefined) {
      if (!reader.origin.document.complete) continue;
      reader.report(place, {
        rule: "missing-key",
        severity: "error",
        message: `found a member of "${path}" without "${shape.key}", expected the name it is known by`,
        hint: `give "${shape.key}" a name`,
        field: indexPath(path, index),
      });
      continue;
    }
    if (remove(key, place.fields?.[shape.key] ?? place)) {
      reportIgnored(reader, member, place, shape, keyPath(path, key.slice(1)));
      continue;
    }
    const isFirst = isNew(key, place.fields?.[shape.key] ?? place, "error");
    const read = reader.readMessage(member, place, keyPath(path, key), shape.message);
    if (isFirst && read.fields.get(shape.key)?.type === "scalar") members.set(key, read);
  }
}

function memberKey(value: Tree | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (value === -1) return undefined;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function reportIgnored(
  reader: DocumentReader,
  member: TreeMap,
  place: SourceNode,
  shape: Shape<"keyed">,
  field: string,
): void {
  const other = Object.keys(member).find((each) => each !== shape.key && member[each] !== null);
  if (other === undefined) return;
  reader.report(place.fields?.[other] ?? place, {
    rule: "removal-with-fields",
    severity: "warning",
    message: `found "${other}" beside the removal of a member, expected nothing: it has no effect`,
    hint: 'remove it, or the "!"',
    field,
  });
}

function checkCount(
  reader: DocumentReader,
  count: number,
  most: number | undefined,
  at: SourceNode,
  field: string,
): void {
  if (most === undefined || count <= most) return;
  const message = `found ${count} members, expected at most ${most}`;
  reader.report(at, { rule: "invalid-value", severity: "error", message, field });
}
