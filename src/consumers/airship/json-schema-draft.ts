import { isRecord, type JsonRecord } from "./json-record.ts";

/** Keywords that hold schemas: one, a list of them, or one for each name. */
const single: readonly string[] = ["additionalItems", "additionalProperties", "items", "not"];
const listed: readonly string[] = ["items", "allOf", "anyOf", "oneOf"];
const named: readonly string[] = ["properties", "patternProperties", "definitions", "dependencies"];

/**
 * A JSON Schema of draft 4 in the words of later drafts: exclusive bounds are numbers, an id is `$id`, and which draft it is isn't said. What stands beside `$ref`
 * has no effect in draft 4 and is left out.
 */
export function upgradedSchema(schema: unknown): JsonRecord {
  return isRecord(schema) ? upgraded(schema) : {};
}

function upgraded(schema: JsonRecord): JsonRecord {
  if (typeof schema.$ref === "string") return { $ref: schema.$ref };
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "$schema") continue;
    if (key === "id" && typeof value === "string") result.$id = value;
    else if (listed.includes(key) && Array.isArray(value)) result[key] = value.map(part);
    else if (single.includes(key)) result[key] = part(value);
    else if (named.includes(key) && isRecord(value)) {
      result[key] = Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name, Array.isArray(inner) ? inner : part(inner)]),
      );
    } else result[key] = value;
  }
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof result[exclusive] !== "boolean") continue;
    if (result[exclusive] && typeof result[bound] === "number") {
      result[exclusive] = result[bound];
      delete result[bound];
    } else delete result[exclusive];
  }
  return result;
}

function part(value: unknown): unknown {
  return isRecord(value) ? upgraded(value) : value;
}
