import type { FieldSchema, MessageSchema } from "./kind-schema.ts";

/** Fields of a message that are marked, or hold marked ones somewhere inside; so that a walk for marks leaves all others alone. */
export interface MarkedFields {
  of(message: MessageSchema): readonly FieldSchema[];
}

/** Finds the fields on the way to those for which `isMarked` holds, once per message. */
export function markedFields(isMarked: (field: FieldSchema) => boolean): MarkedFields {
  const known = new Map<MessageSchema, readonly FieldSchema[]>();
  function of(message: MessageSchema): readonly FieldSchema[] {
    const before = known.get(message);
    if (before !== undefined) return before;
    known.set(message, []);
    const fields = [...message.fields.values()].filter(
      (field) => isMarked(field) || ("message" in field.shape && of(field.shape.message).length > 0),
    );
    known.set(message, fields);
    return fields;
  }
  return { of };
}
