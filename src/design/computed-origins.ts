import type { Reading } from "./compute/computation.ts";
import type { SourceLocation } from "./diagnostic.ts";
import type { Conversion } from "./document.ts";
import type { RuledValue } from "./finish-items.ts";
import type { MessageSchema } from "./kind-schema.ts";
import { pathOfTrail } from "./schema-path.ts";

/** How a value was computed. */
export interface ComputedOrigin {
  readonly rule: string;
  /** What it was read from, in the order it was read; where a computed value was read, what that was read from. */
  readonly steps: readonly Conversion[];
  /** The path of the part of the item that brought it about, where that isn't its own place. */
  readonly causedBy?: string;
}

/** Computed values of one item by their canonical path. */
export type ComputedOrigins = ReadonlyMap<string, ComputedOrigin>;

/**
 * The origins of an item's computed values. `writtenAt` gives the place of a value that somebody wrote, the item's document for an empty path, and undefined
 * for a default.
 */
export function computedOrigins(
  item: { readonly kind: string; readonly name: string },
  values: readonly RuledValue[],
  schema: MessageSchema,
  writtenAt: (kind: string, name: string, path: string) => SourceLocation | undefined,
): ComputedOrigins {
  const origins = new Map<string, ComputedOrigin>();
  for (const { trail, rule, readings, causedBy } of values) {
    const field = pathOfTrail(trail, schema);
    const stepOf = ({ kind, name, path, message }: Reading): readonly Conversion[] => {
      const earlier = kind === item.kind && name === item.name ? origins.get(path) : undefined;
      if (earlier !== undefined) return earlier.steps.map((each) => ({ ...each, field }));
      const location = writtenAt(kind, name, path);
      return [location === undefined ? { field, message: `${message} (a default)` } : { field, message, location }];
    };
    const steps = readings.flatMap(stepOf);
    origins.set(field, { rule, steps, ...(causedBy && { causedBy: pathOfTrail(causedBy, schema) }) });
  }
  return origins;
}

/** The computed value at a path, or around it. */
export function computedAround(origins: ComputedOrigins, path: string): ComputedOrigin | undefined {
  const own = origins.get(path);
  if (own !== undefined || origins.size === 0) return own;
  for (const [outer, origin] of origins) if (isInside(path, outer)) return origin;
  return undefined;
}

/** The path a finding about a value stands at: of a part of a value that another part brought about, the same part of that. */
export function causeOf(origins: ComputedOrigins, path: string): string {
  for (const [outer, { causedBy }] of origins) {
    if (causedBy === undefined) continue;
    if (path === outer || isInside(path, outer)) return causedBy + path.slice(outer.length);
  }
  return path;
}

/** Whether a path leads on from another one. */
export function isInside(path: string, outer: string): boolean {
  return path.startsWith(outer) && /^[.[]/.test(path.slice(outer.length));
}
