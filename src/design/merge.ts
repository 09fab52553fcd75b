import type {
  Declared,
  DeclaredGroup,
  DeclaredList,
  DeclaredMessage,
  DeclaredRemoval,
  DeclaredScalar,
} from "./declared.ts";
import type { FieldSchema, FieldShape, MessageSchema } from "./kind-schema.ts";

/** Is told of each removal that found nothing to remove. */
export type UnmatchedRemoval = (removal: DeclaredRemoval) => void;

/**
 * Applies what one document declares to what is inherited, and gives the outcome without removals. Scalars and lists without a key: the declared one
 * stands. Messages: field by field. Maps: by key. Keyed lists: inherited order first, members merged, own members behind. Strings: own ones first, then what
 * is left. Where nothing is inherited the declaration stands as it is, less its removals.
 */
export function mergeMessage(
  base: DeclaredMessage | undefined,
  change: DeclaredMessage,
  schema: MessageSchema,
  unmatched: UnmatchedRemoval,
): DeclaredMessage {
  if (base === undefined && !change.removes) return change;
  const fields: Record<string, Declared> = { ...base?.fields };
  for (const name in change.fields) {
    const declared = change.fields[name];
    if (declared === undefined) continue;
    if (declared.type === "removal") {
      if (fields[name] === undefined) unmatched(declared);
      else delete fields[name];
      continue;
    }
    const field = schema.fields.get(name);
    if (field === undefined) continue;
    if (field.oneof !== undefined) clearOthers(fields, field, schema);
    fields[name] = mergeField(fields[name], declared, field.shape, unmatched);
  }
  return { type: "message", fields, removes: false, origin: change.origin, at: change.at };
}

function clearOthers(fields: Record<string, Declared>, field: FieldSchema, schema: MessageSchema): void {
  for (const other of schema.fields.values()) {
    if (other.oneof === field.oneof && other.name !== field.name) delete fields[other.name];
  }
}

function mergeField(
  base: Declared | undefined,
  change: Exclude<Declared, DeclaredRemoval>,
  shape: FieldShape,
  unmatched: UnmatchedRemoval,
): Declared {
  switch (change.type) {
    case "scalar":
    case "tree":
      return change;
    case "message":
      if (shape.type !== "message") return change;
      return mergeMessage(base?.type === "message" ? base : undefined, change, shape.message, unmatched);
    case "list":
      return shape.type === "list" && change.removes ? withoutRemovals(change, shape.message, unmatched) : change;
    case "group":
      return mergeGroup(base?.type === "group" ? base : undefined, change, shape, unmatched);
  }
}

function withoutRemovals(list: DeclaredList, schema: MessageSchema, unmatched: UnmatchedRemoval): DeclaredList {
  return { ...list, removes: false, items: list.items.map((each) => mergeMessage(undefined, each, schema, unmatched)) };
}

function mergeGroup(
  base: DeclaredGroup | undefined,
  change: DeclaredGroup,
  shape: FieldShape,
  unmatched: UnmatchedRemoval,
): DeclaredGroup {
  if (base === undefined && !change.removes) return change;
  for (const [key, removal] of change.removals) if (base?.members.has(key) !== true) unmatched(removal);
  const members = new Map<string, DeclaredScalar | DeclaredMessage>();
  if (shape.type === "strings") for (const [key, member] of change.members) members.set(key, member);
  for (const [key, member] of base?.members ?? noMembers) {
    if (!change.removals.has(key) && !members.has(key)) members.set(key, member);
  }
  if (shape.type !== "strings") {
    for (const [key, member] of change.members) {
      const parent = members.get(key);
      members.set(
        key,
        member.type === "message" && shape.type === "keyed"
          ? mergeMessage(parent?.type === "message" ? parent : undefined, member, shape.message, unmatched)
          : member,
      );
    }
  }
  return { type: "group", members, removals: noRemovals, removes: false, origin: change.origin, at: change.at };
}

/** Shared by all groups that remove nothing. */
export const noRemovals: ReadonlyMap<string, DeclaredRemoval> = new Map();
const noMembers: ReadonlyMap<string, DeclaredScalar | DeclaredMessage> = new Map();
