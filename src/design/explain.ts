import { suggest } from "../text/suggest.ts";
import { type ComputedOrigins, computedAround, isInside } from "./computed-origins.ts";
import type { Declared, DeclaredRemoval, Origin } from "./declared.ts";
import type { Conversion } from "./document.ts";
import { treeBuilder } from "./effective-tree.ts";
import { type Explanation, type OverriddenValue, UnknownPathError } from "./explanation.ts";
import { fieldPath, keyPath, parseFieldPath } from "./field-path.ts";
import { hiddenSecret, hideSecretsIn } from "./hide-secrets.ts";
import type { FieldShape, KindSchema } from "./kind-schema.ts";
import { placeOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";
import { followPath, keysOf, type PathTarget, treeAt } from "./schema-path.ts";
import { traceContributions } from "./trace-contributions.ts";
import type { Tree, TreeMap } from "./tree.ts";

/** What is needed to explain a value of one item. */
export interface ExplainInput {
  readonly kind: string;
  readonly name: string;
  readonly schema: KindSchema;
  /** The effective tree. */
  readonly tree: TreeMap;
  /** Declarations in the order they were applied: the remotest ancestor's first, the item's own highest layer last. */
  readonly raws: readonly RawItem[];
  /** The item's computed values. */
  readonly computed: ComputedOrigins;
}

/**
 * Tells where the value at a path comes from, by following the path through every declaration again. Throws `FieldPathError` and `UnknownPathError`.
 */
export function explainValue(input: ExplainInput, path: string): Explanation {
  const { schema, tree } = input;
  const target = followPath(parseFieldPath(path), schema, tree);
  const alone = schema.message.fields.get(String(target.trail[0]))?.own === true;
  const raws = alone ? input.raws.filter(({ key }) => key.kind === input.kind && key.name === input.name) : input.raws;
  const value = treeAt(tree, target.trail, schema.message);
  if (value === undefined) throw noValue(input, target);
  const contributions = traceContributions(raws, target.trail, schema.message);
  const winner = contributions.at(-1);
  const own = `${input.kind}/${input.name}`;
  const shown = (each: Tree) => (target.secret ? hiddenSecret : hideSecretsIn(target.shape, each));
  const before = (count: number) =>
    contributions
      .slice(0, count)
      .reverse()
      .map((each) => overridden(each, shown, target));
  const computed = computedAround(input.computed, target.path);
  if (winner === undefined || winner.type === "removal") {
    return {
      ...{ path: target.path, value: shown(value), rule: computed?.rule ?? "default", item: own },
      steps: computed === undefined ? [] : computed.steps.map((each) => ({ ...each, field: target.path })),
      overrode: before(contributions.length),
    };
  }
  const isMeaning = winner.type === "scalar" && winner.value !== value;
  return {
    ...{ path: target.path, value: shown(value), from: placeOf(winner) },
    ...(isMeaning && { rule: computed?.rule ?? "computed" }),
    item: winner.origin.item,
    layer: winner.origin.layer.name,
    steps: [
      ...stepsTo(winner.origin, target.path),
      ...habitStep(winner, target.path),
      ...(isMeaning ? (computed?.steps ?? []) : computedInside(input.computed, target.path)),
    ],
    overrode: before(contributions.length - 1),
  };
}

/** Which parts of a value were computed. */
function computedInside(computed: ComputedOrigins, path: string): readonly Conversion[] {
  return [...computed].flatMap(([inner, { rule }]) =>
    isInside(inner, path) ? [{ field: inner, message: `${inner} was computed by ${rule}` }] : [],
  );
}

function overridden(declared: Declared, shown: (value: Tree) => Tree, target: PathTarget): OverriddenValue {
  const tree = declared.type === "removal" ? null : shown(plainTree(declared, target.shape));
  return { value: tree, from: placeOf(declared), item: declared.origin.item, layer: declared.origin.layer.name };
}

/** What one declaration says by itself, without its removals and without defaults. */
function plainTree(declared: Exclude<Declared, DeclaredRemoval>, shape: FieldShape): Tree {
  return treeBuilder({ defaults: false }).value(declared, shape) ?? (shape.type === "map" ? {} : []);
}

/** What was done to a value and to what it stands in, in the order it was done. */
function stepsTo(origin: Origin, path: string): readonly Conversion[] {
  return origin.document.conversions.filter(({ field }) => field === path || isInside(path, field));
}

/** That a word was read as YAML 1.1 has it. */
function habitStep(declared: Declared, field: string): readonly Conversion[] {
  if (declared.type !== "scalar" || declared.habit === undefined) return [];
  return [{ field, message: `${declared.habit} is ${declared.value}, as YAML 1.1 has it` }];
}

function noValue(input: ExplainInput, target: PathTarget): UnknownPathError {
  const { schema, tree, kind, name } = input;
  const message = `${kind} "${name}" has no value at ${target.path}`;
  for (let length = 0; length < target.trail.length; length++) {
    const trail = target.trail.slice(0, length);
    const step = target.trail[length];
    if (treeAt(tree, target.trail.slice(0, length + 1), schema.message) !== undefined) continue;
    const parent = followTrail(trail, input);
    const keys = keysOf(treeAt(tree, trail, schema.message), parent.shape);
    const near = typeof step === "string" ? suggest(step, keys) : undefined;
    if (near === undefined) break;
    const pathOf = parent.shape.type === "message" ? fieldPath : keyPath;
    return new UnknownPathError(message, target.path, pathOf(parent.path, near));
  }
  return new UnknownPathError(message, target.path, undefined);
}

function followTrail(trail: PathTarget["trail"], input: ExplainInput): PathTarget {
  const steps = trail.map((step) =>
    typeof step === "number" ? ({ type: "index", index: step } as const) : ({ type: "key", key: step } as const),
  );
  return followPath(steps, input.schema, input.tree);
}
