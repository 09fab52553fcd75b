import type { Declared } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { FieldPathError, fieldPath, indexPath, keyPath, type PathStep, parseFieldPath } from "./field-path.ts";
import type { Layer } from "./layer.ts";
import { findingAt, keyPlaceOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";

/** Reports what a layer sets, or removes, of an item and doesn't own: each time the outermost field that holds nothing the layer owns. */
export function reportUnowned(raw: RawItem, report: (diagnostic: Diagnostic) => void): void {
  const { layer, key, body } = raw;
  const owned = layer.owns.filter((each) => each.kind === key.kind);
  if (owned.some((each) => each.fields.length === 0)) return;
  const hint = `take it out, or let layer "${layer.name}" own it`;
  if (owned.length === 0) {
    const message = `found ${key.kind} "${key.name}" in layer "${layer.name}", which owns ${ownedKinds(layer)} only`;
    const text = { rule: "not-owner", severity: "error", message, hint } as const;
    report(findingAt(body.origin, raw.document.location, text));
    return;
  }
  const paths = owned.flatMap((each) => each.fields).map(stepsOf);
  visit(body, "", paths, (declared, field) => {
    const message = `found ${field}, which layer "${layer.name}" may not set: of ${key.kind} it owns ${owned.flatMap((each) => each.fields).join(", ")}`;
    report(
      findingAt(body.origin, keyPlaceOf(declared), { rule: "not-owner", severity: "error", message, hint, field }),
    );
  });
}

function ownedKinds(layer: Layer): string {
  return [...new Set(layer.owns.map((each) => each.kind))].join(", ");
}

/** What is left of each owned path below the place visited; an empty rest owns everything here. */
function visit(
  declared: Declared,
  path: string,
  rests: readonly (readonly PathStep[])[],
  found: (declared: Declared, path: string) => void,
): void {
  const child = (own: Declared, ownPath: string, matches: (step: PathStep) => boolean) => {
    const below = rests.flatMap(([first, ...rest]) => (first !== undefined && matches(first) ? [rest] : []));
    if (below.some((rest) => rest.length === 0)) return;
    const isWhole = own.type === "scalar" || own.type === "removal" || own.type === "tree";
    if (below.length === 0 || isWhole) found(own, ownPath);
    else visit(own, ownPath, below, found);
  };
  switch (declared.type) {
    case "message":
      for (const [name, own] of Object.entries(declared.fields)) {
        child(own, fieldPath(path, name), (step) => step.type === "field" && step.name === name);
      }
      break;
    case "group":
      for (const [key, own] of [...declared.members, ...declared.removals]) {
        child(own, keyPath(path, key), (step) => step.type === "key" && step.key === key);
      }
      break;
    case "list":
      for (const [index, own] of declared.items.entries()) {
        child(own, indexPath(path, index), (step) => step.type === "index" && step.index === index);
      }
      break;
    default:
  }
}

/** A path that is none owns nothing: it is refused where layers are made. */
function stepsOf(path: string): readonly PathStep[] {
  try {
    return parseFieldPath(path);
  } catch (error) {
    if (error instanceof FieldPathError) return [{ type: "field", name: "" }];
    throw error;
  }
}
