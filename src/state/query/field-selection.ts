import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { UnknownPathError } from "../../design/explanation.ts";
import { FieldPathError, type PathStep, parseFieldPath } from "../../design/field-path.ts";
import type { FieldShape, KindSchema } from "../../design/kind-schema.ts";
import { followPath, type PathTarget, type TrailStep } from "../../design/schema-path.ts";
import { isTreeMap, type Tree, type TreeMap } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";

/** What is left of the specification of an item of a kind. */
export type FieldSelection = (kind: string, tree: TreeMap) => TreeMap;

/** Parts to keep, by step; true keeps all of it. */
type Kept = true | Map<TrailStep, Kept>;

/**
 * Reads which parts of a specification are asked for; everything when no path is given. `kind` is the kind it is about, empty for any. `kindsOf` is asked for the
 * kinds when there are paths. Throws INVALID_ARGUMENT for a path that isn't one, or that no such kind has.
 */
export async function selectFields(
  kind: string,
  paths: readonly string[],
  kindsOf: () => Promise<ReadonlyMap<string, KindSchema>>,
): Promise<FieldSelection> {
  if (paths.length === 0) return (_kind, tree) => tree;
  const kinds = await kindsOf();
  const parsed = paths.map((path, index) => parsePath(path, `fields[${index}]`));
  for (const [index, steps] of parsed.entries()) targetsOf(steps, kind, kinds, `fields[${index}]`);
  const known = new Map<string, Kept>();
  return (itemKind, tree) => {
    const schema = kinds.get(itemKind);
    if (schema === undefined) return {};
    let kept = known.get(itemKind);
    if (kept === undefined) {
      kept = keptOf(parsed.flatMap((steps) => follow(steps, schema) ?? []));
      known.set(itemKind, kept);
    }
    const part = keep(tree, { type: "message", message: schema.message }, kept);
    return isTreeMap(part) ? part : {};
  };
}

/** Reads a field path of a request. Throws INVALID_ARGUMENT. */
export function parsePath(path: string, fieldPath: string): readonly PathStep[] {
  try {
    return parseFieldPath(path);
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, error.message, {
      fieldPath,
      hint: 'write paths like interfaces["bond0"].mtu',
      cause: error,
    });
  }
}

/** Where a path leads in each kind that has it, by kind. Throws INVALID_ARGUMENT when none of those it is about has. */
export function targetsOf(
  steps: readonly PathStep[],
  kind: string,
  kinds: ReadonlyMap<string, KindSchema>,
  fieldPath: string,
): ReadonlyMap<string, PathTarget> {
  const schemas = kind === "" ? [...kinds.values()] : [kinds.get(kind)].filter((schema) => schema !== undefined);
  const targets = new Map<string, PathTarget>();
  let fault: UnknownPathError | undefined;
  for (const schema of schemas) {
    const target = follow(steps, schema, (error) => {
      if (fault?.suggestion === undefined) fault = fault === undefined || error.suggestion ? error : fault;
    });
    if (target !== undefined) targets.set(schema.kind, target);
  }
  if (targets.size > 0 || fault === undefined) return targets;
  const near = fault.suggestion;
  const guess = near === undefined ? "" : `; did you mean ${near}?`;
  const message = kind === "" ? `no kind has a field ${JSON.stringify(fault.path)}` : fault.message;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${message}${guess}`, {
    fieldPath,
    hint: near === undefined ? "name a field of the specification" : `write ${near}`,
    cause: fault,
  });
}

function follow(
  steps: readonly PathStep[],
  schema: KindSchema,
  report: (fault: UnknownPathError) => void = () => {},
): PathTarget | undefined {
  try {
    return followPath(steps, schema, {});
  } catch (error) {
    if (!(error instanceof UnknownPathError)) throw error;
    report(error);
    return undefined;
  }
}

function keptOf(targets: readonly PathTarget[]): Kept {
  const root = new Map<TrailStep, Kept>();
  for (const { trail } of targets) {
    let at = root;
    for (const [depth, step] of trail.entries()) {
      const next = at.get(step);
      if (next === true) break;
      if (depth === trail.length - 1) at.set(step, true);
      else if (next === undefined) {
        const deeper = new Map<TrailStep, Kept>();
        at.set(step, deeper);
        at = deeper;
      } else at = next;
    }
  }
  return root;
}

/** The kept parts of a value; undefined when it has none of them. */
function keep(value: Tree, shape: FieldShape, kept: Kept): Tree | undefined {
  if (kept === true) return value;
  if (Array.isArray(value)) return keepMembers(value, shape, kept);
  if (!isTreeMap(value)) return undefined;
  const parts: Record<string, Tree> = {};
  for (const [step, deeper] of kept) {
    const part = Object.hasOwn(value, step) ? value[step] : undefined;
    const inner = part === undefined ? undefined : keep(part, fieldShape(shape, String(step)), deeper);
    if (inner !== undefined) parts[String(step)] = inner;
  }
  return Object.keys(parts).length === 0 ? undefined : parts;
}

function keepMembers(
  members: readonly Tree[],
  shape: FieldShape,
  kept: ReadonlyMap<TrailStep, Kept>,
): Tree | undefined {
  const parts = members.flatMap((member, index): Tree[] => {
    if (shape.type === "strings") return kept.has(String(member)) ? [member] : [];
    if (shape.type === "keyed" && isTreeMap(member)) {
      const key = member[shape.key];
      const deeper = kept.get(String(key));
      if (deeper === undefined || key === undefined) return [];
      const part = keep(member, { type: "message", message: shape.message }, deeper);
      return [{ [shape.key]: key, ...(isTreeMap(part) && part) }];
    }
    const deeper = kept.get(index);
    const inner: FieldShape = shape.type === "list" ? { type: "message", message: shape.message } : shape;
    const part = deeper === undefined ? undefined : keep(member, inner, deeper);
    return part === undefined ? [] : [part];
  });
  return parts.length === 0 ? undefined : parts;
}

function fieldShape(shape: FieldShape, step: string): FieldShape {
  return (shape.type === "message" && shape.message.fields.get(step)?.shape) || { type: "any" };
}
