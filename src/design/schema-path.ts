import { suggest } from "../text/suggest.ts";
import { UnknownPathError } from "./explanation.ts";
import { fieldPath, indexPath, keyPath, type PathStep } from "./field-path.ts";
import type { FieldSchema, FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** A step of a path as the schema reads it: a name, or an index in a list without a key. */
export type TrailStep = string | number;

/** What a path of a kind leads to. */
export interface PathTarget {
  /** The canonical spelling. */
  readonly path: string;
  readonly trail: readonly TrailStep[];
  /** The schema of the field, when the path ends in one; absent for a member or a map entry. */
  readonly field?: FieldSchema;
  /** What is there. */
  readonly shape: FieldShape;
  /** Whether it is a value that is never shown. */
  readonly secret: boolean;
}

/**
 * Follows a path through the schema of a kind, with the tree for the spellings that need it: `[n]` for a member of a set of strings, `.name` for a key.
 * Throws `UnknownPathError`, with a path alike if there is one, where the kind has no such field or a keyed list is addressed by index.
 */
export function followPath(steps: readonly PathStep[], schema: KindSchema, tree: TreeMap): PathTarget {
  let shape: FieldShape = { type: "message", message: schema.message };
  let target: PathTarget = { path: "", trail: [], shape, secret: false };
  let value: Tree | undefined = tree;
  for (const step of steps) {
    const next = nextStep(step, shape, target, value);
    value = childTree(value, shape, next.trail.at(-1) ?? "");
    shape = next.shape;
    target = next;
  }
  return target;
}

/** The part of a tree that a trail leads to; undefined where there is none. */
export function treeAt(tree: TreeMap, trail: readonly TrailStep[], schema: MessageSchema): Tree | undefined {
  let shape: FieldShape | undefined = { type: "message", message: schema };
  let value: Tree | undefined = tree;
  for (const step of trail) {
    if (shape === undefined) return undefined;
    value = childTree(value, shape, step);
    shape = childShape(shape, step);
  }
  return value;
}

/** The canonical path of a trail. */
export function pathOfTrail(trail: readonly TrailStep[], schema: MessageSchema): string {
  let shape: FieldShape | undefined = { type: "message", message: schema };
  let path = "";
  for (const step of trail) {
    if (typeof step === "number") path = indexPath(path, step);
    else path = shape?.type === "message" || shape?.type === "any" ? fieldPath(path, step) : keyPath(path, step);
    shape = shape && childShape(shape, step);
  }
  return path;
}

function nextStep(step: PathStep, shape: FieldShape, at: PathTarget, value: Tree | undefined): PathTarget {
  const name = step.type === "field" ? step.name : step.type === "key" ? step.key : undefined;
  const index = step.type === "index" ? step.index : undefined;
  const go = (trailStep: TrailStep, path: string, next: FieldShape, field?: FieldSchema): PathTarget => ({
    path,
    trail: [...at.trail, trailStep],
    shape: next,
    secret: field?.secret ?? false,
    ...(field && { field }),
  });
  switch (shape.type) {
    case "scalar":
      throw unknownPath(`${at.path} is a single value and has no parts`, at.path, at.path);
    case "any": {
      if (index !== undefined) return go(index, indexPath(at.path, index), shape);
      return go(name ?? "", fieldPath(at.path, name ?? ""), shape);
    }
    case "message": {
      const field = name === undefined ? undefined : shape.message.fields.get(name);
      if (field !== undefined) return go(field.name, fieldPath(at.path, field.name), field.shape, field);
      const wrong = name === undefined ? indexPath(at.path, index ?? 0) : fieldPath(at.path, name);
      const near = name === undefined ? undefined : suggest(name, shape.message.fields.keys());
      const message = `${shape.message.name} has no field ${JSON.stringify(name ?? index)}`;
      throw unknownPath(message, wrong, near && fieldPath(at.path, near));
    }
    case "list": {
      if (index !== undefined) {
        return go(index, indexPath(at.path, index), { type: "message", message: shape.message });
      }
      const message = `members of ${at.path} have no name: expected an index such as ${indexPath(at.path, 0)}`;
      throw unknownPath(message, keyPath(at.path, name ?? ""), indexPath(at.path, 0));
    }
    case "strings": {
      const nth = index !== undefined && Array.isArray(value) ? value[index] : undefined;
      const key = name ?? (typeof nth === "string" ? nth : undefined);
      if (key !== undefined) return go(key, keyPath(at.path, key), { type: "scalar", scalar: shape.item });
      throw unknownPath(`${at.path} has no member ${index}`, indexPath(at.path, index ?? 0), undefined);
    }
    case "map":
    case "keyed": {
      const key = name;
      if (key !== undefined) {
        const next: FieldShape =
          shape.type === "map" ? { type: "scalar", scalar: shape.value } : { type: "message", message: shape.message };
        return go(key, keyPath(at.path, key), next);
      }
      const first = keysOf(value, shape)[index ?? 0];
      const message = `members of ${at.path} are addressed by name, not by index`;
      throw unknownPath(
        message,
        indexPath(at.path, index ?? 0),
        first === undefined ? undefined : keyPath(at.path, first),
      );
    }
  }
}

function unknownPath(message: string, path: string, suggestion: string | undefined): UnknownPathError {
  return new UnknownPathError(message, path, suggestion);
}

function childShape(shape: FieldShape, step: TrailStep): FieldShape | undefined {
  switch (shape.type) {
    case "message":
      return shape.message.fields.get(String(step))?.shape;
    case "keyed":
    case "list":
      return { type: "message", message: shape.message };
    case "map":
      return { type: "scalar", scalar: shape.value };
    case "strings":
      return { type: "scalar", scalar: shape.item };
    case "any":
      return shape;
    case "scalar":
      return undefined;
  }
}

function childTree(value: Tree | undefined, shape: FieldShape, step: TrailStep): Tree | undefined {
  if (Array.isArray(value)) {
    if (typeof step === "number") return value[step];
    if (shape.type === "strings") return value.includes(step) ? step : undefined;
    if (shape.type !== "keyed") return undefined;
    return value.find((member) => isTreeMap(member) && String(member[shape.key]) === step);
  }
  return isTreeMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

/** The keys a part of a tree has: of a record its fields, of a keyed list its members' keys, of a set of strings its members. */
export function keysOf(value: Tree | undefined, shape: FieldShape): readonly string[] {
  if (isTreeMap(value)) return Object.keys(value);
  if (!Array.isArray(value)) return [];
  if (shape.type === "strings") return value.map(String);
  if (shape.type !== "keyed") return [];
  return value.map((member) => (isTreeMap(member) ? String(member[shape.key]) : ""));
}
