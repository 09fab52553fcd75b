import { childOf } from "./child-of.ts";
import type { Declared, Origin } from "./declared.ts";
import type { SourceLocation } from "./diagnostic.ts";
import { FieldPathError, type PathStep, parseFieldPath } from "./field-path.ts";
import { placeOf } from "./place.ts";
import type { ResolvedItem } from "./resolve.ts";

/**
 * The place of a value of a resolved item; for what was not written the nearest thing around it, at last the item's document of the highest layer. Never
 * throws: of a malformed path as much is followed as can be, which is none.
 */
export function locateValue(item: ResolvedItem, path: string): SourceLocation | undefined {
  const at = nearest(item, path);
  return at === item.body ? item.raws.at(-1)?.document.location : placeOf(at);
}

/** The place of a value of a resolved item that somebody wrote, of the item's document for the empty path; undefined where nobody did. Never throws. */
export function writtenAt(item: ResolvedItem, path: string): SourceLocation | undefined {
  if (path === "") return item.raws.at(-1)?.document.location;
  const steps = stepsOf(path);
  let at: Declared | undefined = item.body;
  for (const step of steps) at = at && childAt(at, step);
  return at === undefined || steps.length === 0 ? undefined : placeOf(at);
}

/** Who supplied a value of a resolved item, or for what was not written the nearest thing around it. Never throws. */
export function originOf(item: ResolvedItem, path: string): Origin {
  return nearest(item, path).origin;
}

function nearest(item: ResolvedItem, path: string): Declared {
  let at: Declared = item.body;
  for (const step of stepsOf(path)) {
    const next = childAt(at, step);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

function stepsOf(path: string): readonly PathStep[] {
  if (path === "") return [];
  try {
    return parseFieldPath(path);
  } catch (error) {
    if (error instanceof FieldPathError) return [];
    throw error;
  }
}

function childAt(at: Declared, step: PathStep): Declared | undefined {
  if (step.type !== "index") return childOf(at, step.type === "field" ? step.name : step.key);
  return at.type === "group" ? [...at.members.values()][step.index] : childOf(at, step.index);
}
