import { canonicalJson } from "./canonical.ts";
import type { Declared, DeclaredGroup, DeclaredMessage } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { fieldPath, keyPath } from "./field-path.ts";
import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { findingAt, placeOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";

/**
 * Reports where layers of equal rank disagree about an item: one sets a value that the other sets differently, or removes. Takes the item's declarations in
 * the order of rank.
 */
export function reportLayerConflicts(
  raws: readonly RawItem[],
  schema: KindSchema,
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const [index, upper] of raws.entries()) {
    for (const lower of raws.slice(0, index)) {
      if (lower.layer.rank !== upper.layer.rank) continue;
      compareMessages(lower.body, upper.body, schema.message, "", (first, second, field) => {
        const both = `layers "${lower.layer.name}" and "${upper.layer.name}", both of rank ${upper.layer.rank}`;
        report(
          findingAt(upper.body.origin, placeOf(second), {
            rule: "layer-conflict",
            severity: "error",
            message: `found ${field} set differently by ${both}`,
            hint: "give one of the layers a higher rank, or remove the value from one of them",
            field,
            related: [{ message: `layer "${lower.layer.name}" sets it here`, location: placeOf(first) }],
          }),
        );
      });
    }
  }
}

type Conflict = (first: Declared, second: Declared, field: string) => void;

function compareMessages(
  a: DeclaredMessage,
  b: DeclaredMessage,
  schema: MessageSchema,
  path: string,
  found: Conflict,
): void {
  for (const [name, first] of Object.entries(a.fields)) {
    const field = schema.fields.get(name);
    if (field === undefined) continue;
    const second = b.fields[name];
    if (second !== undefined) compare(first, second, field.shape, fieldPath(path, name), found);
    else if (field.oneof !== undefined && first.type !== "removal") {
      const other = Object.entries(b.fields).find(([each]) => schema.fields.get(each)?.oneof === field.oneof);
      if (other !== undefined) found(first, other[1], fieldPath(path, other[0]));
    }
  }
}

function compare(a: Declared, b: Declared, shape: FieldShape, path: string, found: Conflict): void {
  if (a.type === "message" && b.type === "message") {
    if (shape.type === "message" || shape.type === "keyed") compareMessages(a, b, shape.message, path, found);
  } else if (a.type === "group" && b.type === "group") {
    compareGroups(a, b, shape, path, found);
  } else if (!sameValue(a, b)) {
    found(a, b, path);
  }
}

function compareGroups(a: DeclaredGroup, b: DeclaredGroup, shape: FieldShape, path: string, found: Conflict): void {
  const at = (group: DeclaredGroup, key: string) => group.members.get(key) ?? group.removals.get(key);
  for (const key of new Set([...a.members.keys(), ...a.removals.keys()])) {
    const [first, second] = [at(a, key), at(b, key)];
    if (first !== undefined && second !== undefined) compare(first, second, shape, keyPath(path, key), found);
  }
}

function sameValue(a: Declared, b: Declared): boolean {
  if (a.type !== b.type) return false;
  if (a.type === "scalar" && b.type === "scalar") return a.value === b.value;
  if (a.type === "tree" && b.type === "tree") return canonicalJson(a.value) === canonicalJson(b.value);
  if (a.type === "list" && b.type === "list") {
    return a.items.length === b.items.length && a.items.every((item, index) => sameValue(item, b.items[index] ?? a));
  }
  const [x, y] = [partsOf(a), partsOf(b)];
  return x.size === y.size && [...x].every(([key, part]) => sameValue(part, y.get(key) ?? a));
}

function partsOf(declared: Declared): ReadonlyMap<string, Declared> {
  if (declared.type === "message") return new Map(Object.entries(declared.fields));
  return declared.type === "group" ? declared.members : new Map();
}
