import type { FieldSchema, FieldShape, MessageSchema } from "../design/kind-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { scalarJsonSchema } from "./scalar-schema.ts";

/** What the contracts say about a message (no field) or one of its fields; empty where they say nothing. */
export type Describe = (message: MessageSchema, field?: FieldSchema) => string;

/** Schemas of messages, each made once and referred to. */
export interface MessageSchemas {
  /** A reference to the schema of a message's fields, which says nothing of values that are no record. */
  refTo(message: MessageSchema, key?: string): JsonSchema;
  /** What was referred to. */
  definitions(): JsonSchema;
}

/** What takes an inherited record or list away, in the keywords that look at texts and whole numbers alone. */
const removal = { pattern: "^!$", minimum: -1, maximum: -1 } as const;
const recordOrRemoval = { type: ["object", "string", "integer", "null"], ...removal } as const;
const listOrRemoval = { type: ["array", "string", "integer", "null"], ...removal } as const;

/**
 * Makes the schemas of messages as documents write them: every field with its description, type and bounds, and the marks that take inherited things away
 * where the engine knows them. Bounds on the number of members are left out where removals stand among them.
 */
export function messageSchemas(describe: Describe): MessageSchemas {
  const names = new Map<MessageSchema, Map<string, string>>();
  const made = new Map<string, JsonSchema>();

  function refTo(message: MessageSchema, key = ""): JsonSchema {
    const known = names.get(message) ?? new Map<string, string>();
    names.set(message, known);
    let name = known.get(key);
    if (name === undefined) {
      name = freeName(message.name);
      known.set(key, name);
      // Taken before it is made: a message may hold itself.
      made.set(name, {});
      made.set(name, ofMessage(message, key));
    }
    return { $ref: `#/definitions/${name}` };
  }

  function freeName(wanted: string): string {
    const base = wanted.replace(/[^A-Za-z0-9._-]/g, "_");
    let name = base;
    for (let number = 2; made.has(name); number++) name = `${base}-${number}`;
    return name;
  }

  function ofMessage(message: MessageSchema, key: string): JsonSchema {
    const fields = [...message.fields.values()];
    const description = describe(message);
    const removed = fields.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")).join("|");
    return {
      ...(description !== "" && { description }),
      properties: Object.fromEntries(fields.map((field) => [field.name, ofField(message, field, field.name === key)])),
      patternProperties: { [`^!(?:${removed})$`]: {} },
      additionalProperties: false,
    };
  }

  function ofField(message: MessageSchema, field: FieldSchema, isKey: boolean): JsonSchema {
    const description = describe(message, field);
    return {
      ...(description !== "" && { description }),
      ...ofShape(field.shape, isKey),
      ...(field.effectiveDefault !== undefined && { default: field.effectiveDefault as JsonSchema }),
    };
  }

  function ofShape(shape: FieldShape, isKey: boolean): JsonSchema {
    switch (shape.type) {
      case "scalar":
        return isKey ? keySchema(shape) : scalarJsonSchema(shape.scalar, "value");
      case "any":
        return {};
      case "message":
        return { ...recordOrRemoval, allOf: [refTo(shape.message)] };
      case "map":
        return {
          ...recordOrRemoval,
          patternProperties: { "^!.": {} },
          propertyNames: { not: { const: "!" } },
          additionalProperties: scalarJsonSchema(shape.value, "none"),
        };
      case "strings":
        return { ...listOrRemoval, items: withoutNull(scalarJsonSchema(shape.item, "member")) };
      case "keyed":
        return {
          ...listOrRemoval,
          items: {
            type: ["object", "string"],
            pattern: "^!.",
            required: [shape.key],
            allOf: [refTo(shape.message, shape.key)],
          },
        };
      case "list":
        return {
          ...listOrRemoval,
          ...(shape.maxItems !== undefined && { maxItems: shape.maxItems }),
          items: { type: "object", allOf: [refTo(shape.message)] },
        };
    }
  }

  return { refTo, definitions: () => Object.fromEntries([...made].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** What a member is known by: never nothing, and perhaps the removal of one. */
function keySchema({ scalar }: Extract<FieldShape, { type: "scalar" }>): JsonSchema {
  const isText = scalar.type === "string";
  const own = withoutNull(scalarJsonSchema(scalar, isText ? "member" : "none"));
  const known = { minLength: 1, not: { const: -1 } };
  return { ...(isText ? own : { anyOf: [own, { type: "string", pattern: "^!." }] }), ...known };
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values, anyOf } = schema;
  return {
    ...schema,
    ...(Array.isArray(type) && { type: type.filter((each) => each !== "null") }),
    ...(Array.isArray(values) && { enum: values.filter((each) => each !== null) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((each) => withoutNull(each as JsonSchema)) }),
  };
}
