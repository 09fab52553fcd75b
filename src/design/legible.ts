import { visibleText } from "../text/visible-text.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Most characters of each text: the bounds of the contract (bedplate/type/v1/diagnostic.proto). */
const bounds = { message: 2048, hint: 2048, kind: 253, name: 253, field: 2048, related: 1024 } as const;

/**
 * A diagnostic whose texts are one line each, without control characters and within their bounds, whatever of a source they repeat; a field path that is too
 * long names what is around the field. The diagnostic itself when they are.
 */
export function legible(diagnostic: Diagnostic): Diagnostic {
  const { message, hint, kind, name, field, related } = diagnostic;
  const isLegible =
    legibleText(message, bounds.message) === message &&
    (hint === undefined || legibleText(hint, bounds.hint) === hint) &&
    (kind === undefined || legibleText(kind, bounds.kind) === kind) &&
    (name === undefined || legibleText(name, bounds.name) === name) &&
    (field === undefined || legiblePath(field) === field) &&
    related.every((other) => legibleText(other.message, bounds.related) === other.message);
  if (isLegible) return diagnostic;
  return {
    ...diagnostic,
    message: legibleText(message, bounds.message),
    ...(hint !== undefined && { hint: legibleText(hint, bounds.hint) }),
    ...(kind !== undefined && { kind: legibleText(kind, bounds.kind) }),
    ...(name !== undefined && { name: legibleText(name, bounds.name) }),
    ...(field !== undefined && { field: legiblePath(field) }),
    related: related.map((other) => ({ ...other, message: legibleText(other.message, bounds.related) })),
  };
}

function legibleText(text: string, bound: number): string {
  const visible = visibleText(text);
  return visible.length <= bound ? visible : `${visible.slice(0, bound - 1).replace(/\p{Cs}$/u, "")}…`;
}

function legiblePath(path: string): string {
  const visible = visibleText(path);
  if (visible.length <= bounds.field) return visible;
  const steps = visible.match(/\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\.?[^.[\]]+/g) ?? [];
  let kept = "";
  for (const step of steps) {
    if (kept.length + step.length > bounds.field) break;
    kept += step;
  }
  return kept;
}
