import type { DeclaredGroup, DeclaredList, DeclaredMessage, DeclaredRemoval, DeclaredScalar } from "./declared.ts";
import { indexPath, keyPath } from "./field-path.ts";
import type { FieldShape, ScalarSchema } from "./kind-schema.ts";
import { noRemovals } from "./merge.ts";
import { placeOf } from "./place.ts";
import type { DocumentReader } from "./read-document.ts";
import { describeValue, readScalar } from "./read-scalar.ts";
import type { SourceNode } from "./source-node.ts";
import { suggestField } from "./suggest-field.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";
import { habitFinding } from "./yaml-habits.ts";

type GroupShape = Extract<FieldShape, { type: "map" | "keyed" | "strings" }>;
type Shape<T extends FieldShape["type"]> = Extract<FieldShape, { type: T }>;

/** A group being read. `removals` is made when there is one. */
interface GroupDraft {
  readonly reader: DocumentReader;
  readonly at: SourceNode;
  readonly path: string;
  readonly members: Map<string, DeclaredScalar | DeclaredMessage>;
  removals: Map<string, DeclaredRemoval> | undefined;
  removes: boolean;
}

/** Reads a map, a keyed list or a set of strings into members and removals by key. */
export function readGroup(
  reader: DocumentReader,
  value: readonly Tree[] | TreeMap,
  at: SourceNode,
  path: string,
  shape: GroupShape,
): DeclaredGroup {
  const draft: GroupDraft = { reader, at, path, members: new Map(), removals: undefined, removes: false };
  if (shape.type === "map") readMap(draft, value as TreeMap, shape);
  else if (shape.type === "keyed") readKeyed(draft, value as readonly Tree[], shape);
  else readStrings(draft, value as readonly Tree[], shape);
  checkCount(reader, draft.members.size, shape.maxItems, at, path);
  const { members, removals = noRemovals, removes } = draft;
  return { type: "group", members, removals, removes, origin: reader.origin, at };
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
  let removes = false;
  for (const [index, member] of value.entries()) {
    const place = at.items?.[index] ?? at;
    const ownPath = indexPath(path, index);
    if (isTreeMap(member)) {
      const read = reader.readMessage(member, place, ownPath, shape.message);
      items.push(read);
      removes ||= read.removes;
    } else if (member !== null || reader.origin.document.complete) {
      const message = `found ${describeValue(member)}, expected a record of fields`;
      const hint = `write its fields one a line, such as ${[...shape.message.fields.keys()].slice(0, 3).join(", ")}`;
      reader.report(place, { rule: "wrong-type", severity: "error", message, hint, field: ownPath });
    }
  }
  checkCount(reader, items.length, shape.maxItems, at, path);
  return { type: "list", items, removes, origin: reader.origin, at };
}

function readMap(draft: GroupDraft, tree: TreeMap, shape: Shape<"map">): void {
  for (const key in tree) {
    const value = tree[key] ?? null;
    const place = draft.at.fields?.[key] ?? draft.at;
    if (takeRemoval(draft, key, place) || value === null) continue;
    const member = readMember(draft, value, place, shape.value, key);
    if (member !== undefined) draft.members.set(key, member);
  }
}

function readStrings(draft: GroupDraft, list: readonly Tree[], shape: Shape<"strings">): void {
  for (const [index, member] of list.entries()) {
    const place = draft.at.items?.[index] ?? draft.at;
    if (member === null && !draft.reader.origin.document.complete) continue;
    if (typeof member === "string" && takeRemoval(draft, member, place)) continue;
    const read = readMember(draft, member, place, shape.item, index);
    if (read === undefined) continue;
    const key = String(read.value);
    if (isNew(draft, key, place, "warning")) draft.members.set(key, read);
  }
}

function readKeyed(draft: GroupDraft, list: readonly Tree[], shape: Shape<"keyed">): void {
  const { reader, at, path } = draft;
  for (const [index, member] of list.entries()) {
    const place = at.items?.[index] ?? at;
    if (typeof member === "string" && takeRemoval(draft, member, place)) continue;
    if (!isTreeMap(member)) {
      if (member === null && !reader.origin.document.complete) continue;
      const message = `found ${describeValue(member)}, expected a record of fields with "${shape.key}"`;
      const hint = `write it as {${shape.key}: ${isText(member) ? describeValue(member) : "…"}} and its other fields`;
      reader.report(place, { rule: "wrong-type", severity: "error", message, hint, field: indexPath(path, index) });
      continue;
    }
    const key = memberKey(member[shape.key]);
    if (key === undefined) {
      if (reader.origin.document.complete && !hasSlipOf(shape.key, member, shape)) {
        reportMissingKey(draft, place, shape, index);
      }
      // What else is wrong with it is told, too: a slip in the name of the key is a field nobody knows.
      reader.readMessage(member, place, indexPath(path, index), shape.message);
      continue;
    }
    const keyPlace = place.fields?.[shape.key] ?? place;
    if (takeRemoval(draft, key, keyPlace)) {
      reportIgnored(draft, member, place, shape, key.slice(1));
      continue;
    }
    const isFirst = isNew(draft, key, keyPlace, "error");
    const read = reader.readMessage(member, place, keyPath(path, key), shape.message);
    if (!isFirst || read.fields[shape.key]?.type !== "scalar") continue;
    draft.members.set(key, read);
    draft.removes ||= read.removes;
  }
}

function readMember(
  draft: GroupDraft,
  value: Tree,
  place: SourceNode,
  schema: ScalarSchema,
  step: string | number,
): DeclaredScalar | undefined {
  const reading = readScalar(value, schema);
  const field = () => (typeof step === "number" ? indexPath(draft.path, step) : keyPath(draft.path, step));
  if (reading.problem === undefined) {
    if (reading.habit !== undefined) draft.reader.report(place, habitFinding(reading.habit, field()));
    return { type: "scalar", value: reading.value, origin: draft.reader.origin, at: place };
  }
  const { rule, found, expected, hint } = reading.problem;
  const message = `found ${found}, expected ${expected}`;
  draft.reader.report(place, { rule, severity: "error", message, field: field(), ...(hint && { hint }) });
  return undefined;
}

function isText(value: Tree): boolean {
  return typeof value === "string" || typeof value === "number";
}

function hasSlipOf(key: string, member: TreeMap, { message: { fields } }: Shape<"keyed">): boolean {
  return Object.keys(member).some((name) => !fields.has(name) && suggestField(name, fields.keys()) === key);
}

function memberKey(value: Tree | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (value === -1) return undefined;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** Takes `!name` as the removal of `name`; answers whether it was one. */
function takeRemoval(draft: GroupDraft, key: string, place: SourceNode): boolean {
  if (!key.startsWith("!")) return false;
  const name = key.slice(1);
  if (name === "") {
    const message = 'found "!", expected "!" and the name of what is removed';
    draft.reader.report(place, { rule: "invalid-value", severity: "error", message, field: draft.path });
    return true;
  }
  draft.removals ??= new Map();
  draft.removals.set(name, draft.reader.removal(place, keyPath(draft.path, name)));
  draft.removes = true;
  return true;
}

/** Whether the key is new; reports it when not. */
function isNew(draft: GroupDraft, key: string, place: SourceNode, severity: "error" | "warning"): boolean {
  const first = draft.members.get(key);
  if (first === undefined) return true;
  draft.reader.report(place, {
    rule: "duplicate-member",
    severity,
    message: `found ${describeValue(key)} on line ${place.line} and already on line ${first.at.line}, expected it once`,
    hint: "the first is used; remove one of them",
    field: keyPath(draft.path, key),
    related: [{ message: "the first one", location: placeOf(first) }],
  });
  return false;
}

function reportMissingKey(draft: GroupDraft, place: SourceNode, shape: Shape<"keyed">, index: number): void {
  draft.reader.report(place, {
    rule: "missing-key",
    severity: "error",
    message: `found a member of ${draft.path} without "${shape.key}", expected the name it is known by`,
    hint: `give it a "${shape.key}"`,
    field: indexPath(draft.path, index),
  });
}

function reportIgnored(
  draft: GroupDraft,
  member: TreeMap,
  place: SourceNode,
  shape: Shape<"keyed">,
  name: string,
): void {
  const other = Object.keys(member).find((each) => each !== shape.key && member[each] !== null);
  if (other === undefined) return;
  draft.reader.report(place.fields?.[other] ?? place, {
    rule: "removal-with-fields",
    severity: "warning",
    message: `found ${describeValue(other)} beside the removal of a member, expected nothing: it has no effect`,
    hint: 'remove it, or the "!"',
    field: keyPath(draft.path, name),
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
