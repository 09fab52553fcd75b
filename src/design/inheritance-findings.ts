import type { DeclaredRemoval } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { KindSchema } from "./kind-schema.ts";
import { findingAt, placeOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";
import { statedParent } from "./stated-parent.ts";

/** The longest chain of inheritance, in steps. */
export const DEEPEST_CHAIN = 100;

/** Items that inherit from each other in a circle, each from the next; told from the first by name, so that it reads the same wherever it was met. */
export function cycleFinding(
  circle: readonly { readonly key: string; readonly raws: readonly RawItem[]; readonly schema: KindSchema }[],
): Diagnostic | undefined {
  const start = circle.findIndex((link) => circle.every((other) => link.key <= other.key));
  const ordered = [...circle.slice(start), ...circle.slice(0, start)];
  const places = ordered.flatMap((link) => parentPlace(link.raws, link.schema) ?? []);
  const names = ordered.map((link) => link.raws[0]?.key.name ?? "");
  const [first, ...others] = places;
  if (first === undefined) return undefined;
  return findingAt(first.origin, first.location, {
    rule: "inheritance-cycle",
    severity: "error",
    message: `found an inheritance in a circle: ${shortened([...names, names[0] ?? ""]).join(" → ")}`,
    hint: "let one of them inherit from another item, or from none",
    field: first.field,
    related: others.slice(0, 100).map(({ origin, location }) => ({
      message: `${origin.document.name} names its parent here`,
      location,
    })),
  });
}

/** A parent whose own chain is as long as one may be. */
export function depthFinding(raws: readonly RawItem[], schema: KindSchema): Diagnostic | undefined {
  const place = parentPlace(raws, schema);
  return (
    place &&
    findingAt(place.origin, place.location, {
      rule: "inheritance-depth",
      severity: "error",
      message: `found a chain of more than ${DEEPEST_CHAIN} parents, expected at most that`,
      hint: "inherit from an item nearer the root",
      field: place.field,
    })
  );
}

/** A removal that found nothing to remove. */
export function unmatchedRemovalFinding(removal: DeclaredRemoval): Diagnostic {
  return findingAt(removal.origin, placeOf(removal), {
    rule: "removal-without-match",
    severity: "warning",
    message: `found a removal of ${removal.path}, which nothing inherited has`,
    hint: "remove it, or correct the name",
    field: removal.path,
  });
}

function parentPlace(raws: readonly RawItem[], schema: KindSchema) {
  const field = schema.parentField;
  const value = field && statedParent(raws, field);
  if (field === undefined || value === undefined) return undefined;
  return { origin: value.origin, location: placeOf(value), field: field.name };
}

/** A circle of many items by its beginning and end, so that the message stays one line of reading. */
function shortened(names: readonly string[]): readonly string[] {
  return names.length <= 12 ? names : [...names.slice(0, 6), `… ${names.length - 11} more …`, ...names.slice(-5)];
}
