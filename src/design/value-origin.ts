import type { SourceLocation } from "./diagnostic.ts";
import type { Evaluation } from "./evaluate-design.ts";
import { UnknownPathError } from "./explanation.ts";
import { FieldPathError } from "./field-path.ts";

/** Where an effective value came from: the place it was written, the item ("Kind/name") and layer that supplied it, the rule that gave it. */
export interface ValueOrigin {
  readonly location?: SourceLocation;
  readonly item: string;
  readonly layer?: string;
  readonly rule?: string;
}

/**
 * Where the value at a path of an item came from, of the item itself for the empty path; where there is no such value, the nearest thing around it. Undefined for an item
 * the design doesn't have. Never throws.
 */
export function valueOrigin(evaluation: Evaluation, kind: string, name: string, path: string): ValueOrigin | undefined {
  if (!evaluation.items.has(`${kind}/${name}`)) return undefined;
  try {
    if (path === "") return nearestOrigin(evaluation, kind, name, path);
    const { from, item, layer, rule } = evaluation.explain(kind, name, path);
    return { ...(from && { location: from }), item, ...(layer && { layer }), ...(rule && { rule }) };
  } catch (error) {
    // The schema of a custom kind may have been another one then.
    if (!(error instanceof UnknownPathError) && !(error instanceof FieldPathError)) throw error;
    return nearestOrigin(evaluation, kind, name, path);
  }
}

function nearestOrigin(evaluation: Evaluation, kind: string, name: string, path: string): ValueOrigin | undefined {
  const origin = evaluation.origin(kind, name, path);
  const location = evaluation.locate(kind, name, path);
  return origin && { ...(location && { location }), item: origin.item, layer: origin.layer.name };
}
