import type { FieldSchema, MessageSchema } from "./kind-schema.ts";

/** Fields of a message that are marked, or hold marked ones somewhere inside; so that a walk for marks leaves all others alone. */
export interface MarkedFields {
  of(message: MessageSchema): readonly FieldSchema[];
}

/** Finds the fields on the way to those for which `isMarked` holds, once per message. Messages may hold messages of their own kind. */
export function markedFields(isMarked: (field: FieldSchema) => boolean): MarkedFields {
  const known = new Map<MessageSchema, readonly FieldSchema[]>();
  function leadsOn(field: FieldSchema, seen: Set<MessageSchema>): boolean {
    if (isMarked(field)) return true;
    if (!("message" in field.shape) || seen.has(field.shape.message)) return false;
    seen.add(field.shape.message);
    return [...field.shape.message.fields.values()].some((inner) => leadsOn(inner, seen));
  }
  return {
    of(message) {
      let fields = known.get(message);
      if (fields === undefined) {
        fields = [...message.fields.values()].filter((field) => leadsOn(field, new Set()));
        known.set(message, fields);
      }
      return fields;
    },
  };
}
