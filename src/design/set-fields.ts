import { fieldPath, keyPath } from "./field-path.ts";
import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import type { PathTarget } from "./schema-path.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** Thrown when a declaration has something at a path, or around it, that can't be changed in part. */
export class UnchangeablePart extends Error {
  readonly path: string;
  readonly hint: string;

  constructor(path: string, message: string, hint: string) {
    super(message);
    this.name = "UnchangeablePart";
    this.path = path;
    this.hint = hint;
  }
}

/**
 * What a declaration says after the parts at some paths are set to what another says there, removal markers of those parts included; a part the other lacks is taken
 * out. Members of keyed lists, sets of texts and maps keep their order, new ones come last; what becomes empty by it goes, too. Throws `UnchangeablePart` for a path
 * into a list without a key, which is only replaced whole, and where either declaration has something else than the kind has around the part.
 */
export function setFields(base: TreeMap, from: TreeMap, targets: readonly PathTarget[], schema: KindSchema): TreeMap {
  let tree = base;
  for (const { trail } of targets) {
    const shape: FieldShape = { type: "message", message: schema.message };
    const changed = setPart({ base: tree, from, shape, path: "" }, trail);
    tree = isTreeMap(changed) ? changed : {};
  }
  return tree;
}

interface Place {
  /** What the declaration says there; undefined for nothing. */
  readonly base: Tree | undefined;
  /** What the other says there. */
  readonly from: Tree | undefined;
  readonly shape: FieldShape;
  readonly path: string;
}

/** The part after the change; undefined when nothing is left of it. */
function setPart(place: Place, steps: readonly (string | number)[]): Tree | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return place.from;
  switch (place.shape.type) {
    case "message":
      return setInRecord(place, String(step), rest, place.shape.message);
    case "map":
      return setInRecord(place, String(step), rest);
    case "any":
      if (typeof step === "number") throw wholeList(place.path);
      return setInRecord(place, step, rest);
    case "keyed":
      return setMember(place, String(step), rest, place.shape.key, place.shape.message);
    case "strings":
      return setText(place, String(step));
    default:
      throw wholeList(place.path);
  }
}

function setInRecord(place: Place, name: string, rest: readonly (string | number)[], schema?: MessageSchema) {
  const before = recordAt(place.base, place.path);
  const said = recordAt(place.from, place.path);
  const field = schema?.fields.get(name);
  const after: Record<string, Tree> = Object.assign(Object.create(null), before);
  const removal = `!${name}`;
  if (rest.length === 0) {
    // Fields that exclude each other: to set one is to clear the others.
    if (partOf(said, name) !== undefined && field?.oneof !== undefined)
      for (const each of schema?.fields.values() ?? []) if (each.oneof === field.oneof) delete after[each.name];
    set(after, removal, partOf(said, removal));
    set(after, name, partOf(said, name));
  } else {
    const shape = field?.shape ?? (place.shape.type === "any" ? place.shape : { type: "any" as const });
    const path = schema === undefined ? keyPath(place.path, name) : fieldPath(place.path, name);
    set(after, name, setPart({ base: partOf(before, name), from: partOf(said, name), shape, path }, rest));
  }
  return Object.keys(after).length === 0 ? undefined : after;
}

/** A part of a record by its name; undefined for names that every object has. */
function partOf(record: TreeMap, name: string): Tree | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function set(record: Record<string, Tree>, name: string, value: Tree | undefined): void {
  if (value === undefined) delete record[name];
  else record[name] = value;
}

function setMember(
  place: Place,
  key: string,
  rest: readonly (string | number)[],
  keyField: string,
  message: MessageSchema,
): Tree | undefined {
  const before = listAt(place.base, place.path);
  const said = listAt(place.from, place.path);
  const isOwn = (member: Tree) => keyOf(member, keyField) === key;
  if (rest.length === 0) {
    const isAbout = (member: Tree) => isOwn(member) || isRemovalOf(member, key, keyField);
    return replaced(before, isAbout, said.filter(isAbout));
  }
  const own = before.find(isOwn);
  const other = said.find(isOwn);
  if (own === undefined && other === undefined) return place.base;
  const path = keyPath(place.path, key);
  const changed = setPart({ base: own, from: other, shape: { type: "message", message }, path }, rest);
  const named = isTreeMap(other) ? other[keyField] : undefined;
  const member = { ...(own === undefined && named !== undefined && { [keyField]: named }), ...recordAt(changed, path) };
  return replaced(before, isOwn, [member]);
}

function setText(place: Place, text: string): Tree | undefined {
  const isAbout = (member: Tree) => String(member) === text || member === `!${text}`;
  return replaced(listAt(place.base, place.path), isAbout, listAt(place.from, place.path).filter(isAbout));
}

/** A list with other members in place of some, at the first of them or at the end; undefined when none is left. */
function replaced(list: readonly Tree[], isAbout: (member: Tree) => boolean, members: readonly Tree[]) {
  const first = list.findIndex(isAbout);
  const others = list.filter((member) => !isAbout(member));
  // Those before the first are all others.
  const at = first === -1 ? others.length : first;
  const after = [...others.slice(0, at), ...members, ...others.slice(at)];
  return after.length === 0 ? undefined : after;
}

function keyOf(member: Tree, keyField: string): string | undefined {
  const key = isTreeMap(member) ? member[keyField] : undefined;
  return key === undefined || key === null || typeof key === "object" ? undefined : String(key);
}

function isRemovalOf(member: Tree, key: string, keyField: string): boolean {
  return member === `!${key}` || keyOf(member, keyField) === `!${key}`;
}

function recordAt(value: Tree | undefined, path: string): TreeMap {
  if (value === undefined || value === null) return {};
  if (isTreeMap(value)) return value;
  throw anotherSort(path, "a record");
}

function listAt(value: Tree | undefined, path: string): readonly Tree[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw anotherSort(path, "a list");
}

function anotherSort(path: string, expected: string): UnchangeablePart {
  const what = path === "" ? "the declaration" : path;
  return new UnchangeablePart(
    path,
    `${what} is not ${expected} there, so no part of it can be set`,
    `set ${what} whole`,
  );
}

function wholeList(path: string): UnchangeablePart {
  return new UnchangeablePart(path, `members of ${path} have no key: it is replaced whole`, `name ${path} itself`);
}
