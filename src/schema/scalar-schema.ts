import type { ScalarSchema } from "../design/kind-schema.ts";
import type { JsonSchema, JsonSchemaValue } from "./json-schema.ts";

/** How a value may be written that unsets an inherited one, in a member of a group ("!name"), or not at all. */
export type RemovalMark = "value" | "member" | "none";

/** Truth values as the engine reads them without a word; others, such as `yes`, it tells. */
const truths = [true, false, "true", "false", "True", "False", "TRUE", "FALSE"];

/** What may be written where a single value belongs. Nothing written is no value. */
export function scalarJsonSchema(scalar: ScalarSchema, mark: RemovalMark): JsonSchema {
  switch (scalar.type) {
    case "string":
      return textSchema(scalar, mark);
    case "bool":
      return { enum: [...truths, ...(mark === "value" ? ["!", -1, "-1"] : []), null] };
    case "integer":
    case "number":
      return numberSchema(scalar, mark);
  }
}

function textSchema({ in: allowed, pattern, minLength, maxLength }: ScalarSchema, mark: RemovalMark): JsonSchema {
  if (allowed !== undefined) {
    const values = { enum: [...allowed.flatMap(spellings), ...(mark === "value" ? ["!", -1] : []), null] };
    return mark === "member" ? { anyOf: [values, { type: "string", pattern: "^!." }] } : values;
  }
  const markForm = mark === "value" ? "^!$" : mark === "member" ? "^!." : undefined;
  // A text of more than one character has a form of its own, too, so that the mark is no text too short.
  const long = minLength !== undefined && minLength > 1 ? `^[^]{${minLength},}$` : undefined;
  const form = pattern?.source ?? long;
  return {
    type: ["string", "number", "boolean", "null"],
    ...(form !== undefined && { pattern: markForm === undefined ? form : `${markForm}|(?:${form})` }),
    ...(minLength === 1 && { minLength }),
    ...(maxLength !== undefined && { maxLength }),
  };
}

/** A word of an enumeration as YAML may read it: `1` is a number there, and text to the field. */
function spellings(word: string): readonly JsonSchemaValue[] {
  if (word === "true" || word === "false") return [word, word === "true"];
  return word !== "" && String(Number(word)) === word ? [word, Number(word)] : [word];
}

function numberSchema({ type, gte, lte, negative }: ScalarSchema, mark: RemovalMark): JsonSchema {
  const digits =
    type === "integer" ? "(?:0|[1-9][0-9]{0,15})" : "(?:0|[1-9][0-9]{0,30})(?:\\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?";
  const sign = negative === true || gte === undefined || gte < 0 ? "-?" : "";
  const bounds = { ...(gte !== undefined && { minimum: gte }), ...(lte !== undefined && { maximum: lte }) };
  const bare = mark !== "value";
  return {
    type: [type, "string", "null"],
    pattern: bare ? `^${sign}${digits}$` : `^(?:!|-1|${sign}${digits})$`,
    ...(bare || negative === true ? bounds : { anyOf: [bounds, { const: -1 }] }),
  };
}
