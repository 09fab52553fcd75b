import { canonicalJson } from "./canonical.ts";
import { childOf } from "./child-of.ts";
import type { Declared, DeclaredMessage } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { fieldPath, keyPath } from "./field-path.ts";
import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { findingAt, placeOf } from "./place.ts";
import type { RawItem } from "./raw-item.ts";

/**
 * Reports where layers of equal rank disagree about an item: one sets a value that another, the first to say something of it, sets differently or removes.
 * Takes the item's declarations in the order of rank. Each is looked at once, however many layers there are.
 */
export function reportLayerConflicts(
  raws: readonly RawItem[],
  schema: KindSchema,
  report: (diagnostic: Diagnostic) => void,
): void {
  const byRank = new Map<number, Said>();
  for (const { layer, body } of raws) {
    const said = byRank.get(layer.rank);
    if (said === undefined) {
      byRank.set(layer.rank, saidFirst(body));
      continue;
    }
    compareMessages(said, body, schema.message, "", (first, second, field) => {
      const both = `layers "${first.origin.layer.name}" and "${layer.name}", both of rank ${layer.rank}`;
      report(
        findingAt(body.origin, placeOf(second), {
          rule: "layer-conflict",
          severity: "error",
          message: `found ${field} set differently by ${both}`,
          hint: "give one of the layers a higher rank, or remove the value from one of them",
          field,
          related: [{ message: `layer "${first.origin.layer.name}" sets it here`, location: placeOf(first) }],
        }),
      );
    });
  }
}

type Conflict = (first: Declared, second: Declared, field: string) => void;

/** What layers of one rank have said of a value: the first that did, and of its parts those that later ones added. */
interface Said {
  readonly first: Declared;
  readonly later: Map<string, Said>;
}

function saidFirst(first: Declared): Said {
  return { first, later: new Map() };
}

function partOf(said: Said, key: string): Said | undefined {
  const known = said.later.get(key);
  if (known !== undefined) return known;
  const part = declaredPart(said.first, key);
  if (part === undefined) return undefined;
  const found = saidFirst(part);
  said.later.set(key, found);
  return found;
}

function declaredPart(declared: Declared, key: string): Declared | undefined {
  if (declared.type === "group") return declared.members.get(key) ?? declared.removals.get(key);
  return childOf(declared, key);
}

function compareMessages(
  said: Said,
  message: DeclaredMessage,
  schema: MessageSchema,
  path: string,
  found: Conflict,
): void {
  for (const [name, second] of Object.entries(message.fields)) {
    const field = schema.fields.get(name);
    if (field === undefined) continue;
    const first = partOf(said, name);
    if (first !== undefined) {
      compare(first, second, field.shape, fieldPath(path, name), found);
      continue;
    }
    const other = field.oneof === undefined ? undefined : otherOf(said, field.oneof, schema);
    if (other !== undefined && other.type !== "removal") found(other, second, fieldPath(path, name));
    said.later.set(name, saidFirst(second));
  }
}

/** What was said of another field of the same choice. */
function otherOf(said: Said, oneof: string, schema: MessageSchema): Declared | undefined {
  for (const { name, oneof: own } of schema.fields.values()) {
    const other = own === oneof ? partOf(said, name)?.first : undefined;
    if (other !== undefined) return other;
  }
  return undefined;
}

function compare(said: Said, second: Declared, shape: FieldShape, path: string, found: Conflict): void {
  const { first } = said;
  if (first.type === "message" && second.type === "message") {
    if (shape.type === "message" || shape.type === "keyed") compareMessages(said, second, shape.message, path, found);
  } else if (first.type === "group" && second.type === "group") {
    for (const key of new Set([...second.members.keys(), ...second.removals.keys()])) {
      const [known, part] = [partOf(said, key), declaredPart(second, key)];
      if (part === undefined) continue;
      if (known === undefined) said.later.set(key, saidFirst(part));
      else compare(known, part, shape, keyPath(path, key), found);
    }
  } else if (!sameValue(first, second)) {
    found(first, second, path);
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
