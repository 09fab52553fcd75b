import { fieldComments } from "../../gen/bedplate/design/v1/field_comments.js";
import type { KindSchema } from "../design/kind-schema.ts";
import type { JsonSchema } from "./json-schema.ts";
import { type Describe, messageSchemas } from "./message-schemas.ts";

/** Which documents a schema is for. */
export interface DesignSchemaOptions {
  /** The kinds; of a single one the schema is for documents of that kind alone. */
  readonly kinds: readonly KindSchema[];
  /** Whether documents of custom kinds that aren't among `kinds` are let through. */
  readonly otherKinds: boolean;
}

const NAME = "^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$";

/**
 * The JSON Schema of documents in Bedplate's own form, for editors: draft-07, the newest that YAML language servers all understand. It refuses nothing that the
 * engine takes without a word; what takes more than a document to tell it leaves to `validate`.
 */
export function designSchema({ kinds, otherKinds }: DesignSchemaOptions): JsonSchema {
  const messages = messageSchemas(describe);
  const names = kinds.map(({ kind }) => kind).sort();
  const [only] = kinds;
  const kindsByName = [...kinds].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  const specs = kindsByName.map((each) => ({ kind: each.kind, spec: specSchema(each, messages.refTo(each.message)) }));
  const isSingle = only !== undefined && kinds.length === 1 && !otherKinds;
  const known = isSingle ? { const: only.kind } : { enum: names };
  const title = isSingle ? `${only.kind} of a Bedplate design` : "Documents of a Bedplate design";
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title,
    // An empty document says nothing.
    type: ["object", "null"],
    required: ["apiVersion", "kind", "metadata"],
    properties: {
      apiVersion: { description: "The form of the document: Bedplate's own.", const: "bedplate/v1" },
      kind: {
        description: "What the document declares: a built-in kind, or one that a document of kind CustomKind declares.",
        ...(otherKinds ? { anyOf: [known, { type: "string", pattern: "\\." }] } : known),
      },
      metadata,
      spec: isSingle ? (specs[0]?.spec ?? {}) : { description: "The fields of the kind.", type: ["object", "null"] },
    },
    additionalProperties: false,
    ...(!isSingle && {
      allOf: specs.map(({ kind, spec }) => ({
        if: { properties: { kind: { const: kind } }, required: ["kind"] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { properties: { spec } },
      })),
    }),
    definitions: messages.definitions(),
  };
}

const metadata: JsonSchema = {
  description: "Which item it is.",
  type: "object",
  required: ["name"],
  properties: {
    name: {
      description:
        'The item\'s name, unique among those of its kind: letters, digits, ".", "_" and "-", at most 253, a letter or digit at both ends.',
      type: ["string", "number", "boolean"],
      pattern: NAME,
    },
    layer: {
      description: 'The layer the document belongs to, such as "design" or "formation": small letters, digits and "-".',
      type: ["string", "boolean", "null"],
      pattern: "^[a-z][a-z0-9-]{0,62}$",
    },
    annotations: {
      description: "Remarks of other tools, in which Bedplate reads nothing.",
      type: ["object", "null"],
    },
  },
  additionalProperties: false,
};

function specSchema({ message, description }: KindSchema, fields: JsonSchema): JsonSchema {
  const text = description ?? describe(message);
  return { ...(text !== "" && { description: text }), type: ["object", "null"], allOf: [fields] };
}

/** Comments by the short names of messages, by which the engine knows them, too. */
const comments: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map(
  Object.entries(fieldComments).map(([name, texts]) => [name.slice(name.lastIndexOf(".") + 1), texts]),
);

const describe: Describe = (message, field) => {
  if (field?.description !== undefined) return field.description;
  // Messages of custom kinds have names with dots, and say what they are themselves.
  return comments.get(message.name)?.[field?.name ?? ""] ?? "";
};
