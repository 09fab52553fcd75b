import { canonicalJson } from "./canonical.ts";
import { isInside } from "./computed-origins.ts";
import { diffItems, type FieldChange } from "./diff.ts";
import { UnknownPathError } from "./explanation.ts";
import { formatFieldPath, type PathStep } from "./field-path.ts";
import { hiddenSecret, hideWrittenSecrets } from "./hide-secrets.ts";
import type { FieldShape, KindSchema } from "./kind-schema.ts";
import { followPath, type TrailStep, treeAt } from "./schema-path.ts";
import { speaksOfSecret } from "./secret-name.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** What stands for a removal, wherever in a declaration it is written. */
const REMOVED = "!";

/**
 * The differences between two trees of a kind at a path and inside it, none where both say the same there. In a declaration a removal of what the path leads to, or of
 * anything around it, is "!". Paths that the kind doesn't have (any more) are followed by their names.
 */
export function diffAtPath(
  schema: KindSchema,
  before: TreeMap | undefined,
  after: TreeMap | undefined,
  steps: readonly PathStep[],
): readonly FieldChange[] {
  const [a, b] = [valueAt(schema, before ?? {}, steps), valueAt(schema, after ?? {}, steps)];
  const [old, now] = [a.value, b.value];
  if (old === undefined && now === undefined) return [];
  if (old !== undefined && now !== undefined) {
    if (canonicalJson(old) === canonicalJson(now)) return [];
    const inside = diffItems(schema, before, after).filter(({ path }) => path === b.path || isInside(path, b.path));
    if (inside.length > 0) return inside;
  }
  return [
    {
      path: b.path,
      type: old === undefined ? "added" : now === undefined ? "removed" : "changed",
      ...(old !== undefined && { before: a.show(old) }),
      ...(now !== undefined && { after: b.show(now) }),
    },
  ];
}

interface PathValue {
  readonly path: string;
  readonly value: Tree | undefined;
  show(value: Tree): Tree;
}

function valueAt(schema: KindSchema, tree: TreeMap, steps: readonly PathStep[]): PathValue {
  const { path, trail, shape, secret } = targetOf(schema, tree, steps);
  const show = (value: Tree) => (secret ? hiddenSecret : hideWrittenSecrets(shape, value));
  const partAt = (to: readonly TrailStep[]) => treeAt(tree, to, schema.message) ?? namedAt(tree, to);
  for (const [index, step] of trail.entries()) {
    if (isRemovedIn(partAt(trail.slice(0, index)), step)) return { path, value: REMOVED, show };
  }
  return { path, value: partAt(trail), show };
}

interface Target {
  readonly path: string;
  readonly trail: readonly TrailStep[];
  readonly shape: FieldShape;
  readonly secret: boolean;
}

function targetOf(schema: KindSchema, tree: TreeMap, steps: readonly PathStep[]): Target {
  try {
    return followPath(steps, schema, tree);
  } catch (error) {
    if (!(error instanceof UnknownPathError)) throw error;
    const trail = steps.map((step) =>
      step.type === "index" ? step.index : step.type === "field" ? step.name : step.key,
    );
    const secret = trail.some((step) => typeof step === "string" && speaksOfSecret(step));
    return { path: formatFieldPath(steps), trail, shape: { type: "any" }, secret };
  }
}

/** The part of a tree that names and indexes alone lead to. */
function namedAt(tree: TreeMap, trail: readonly TrailStep[]): Tree | undefined {
  let value: Tree | undefined = tree;
  for (const step of trail) {
    if (Array.isArray(value)) value = typeof step === "number" ? value[step] : undefined;
    else value = isTreeMap(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** Whether a part of a declaration takes away what a step from it leads to, or is itself a removal. */
function isRemovedIn(value: Tree | undefined, step: TrailStep): boolean {
  const marker = `!${step}`;
  if (value === REMOVED) return true;
  if (isTreeMap(value)) return Object.hasOwn(value, marker);
  if (!Array.isArray(value)) return false;
  return value.some(
    (member: Tree) => member === marker || (isTreeMap(member) && Object.values(member).includes(marker)),
  );
}
