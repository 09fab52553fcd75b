import { createRequire } from "node:module";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { RegExpEngine } from "ajv/dist/types/index.js";
import type { Tree } from "../../design/tree.ts";
import { linearPattern, PatternError } from "../../text/linear-pattern.ts";
import type { SourcePosition, YamlNode } from "../../yaml/node.ts";
import { nodeToPlain } from "../../yaml/node-to-plain.ts";
import { valueAt } from "../reading/map-draft.ts";
import { readData } from "./document-data.ts";
import type { Fault } from "./fault.ts";
import { upgradedSchema } from "./json-schema-draft.ts";
import { readPattern } from "./pattern.ts";
import { pythonValue } from "./python-value.ts";
import { type RawDocument, titleOf } from "./raw-document.ts";
import { dataSchemaSchema } from "./schema-name.ts";

/** What a site says of the data of its documents. */
export interface DataSchemas {
  /** What holds for the documents of a schema; undefined where nothing is said. */
  of(schema: string): DataSchema | undefined;
}

/** What holds for the rendered data of documents. */
export interface DataSchema {
  /** What is wrong with data, each at the value that is. */
  check(data: YamlNode): readonly Fault[];
}

/** Mistakes told of one document. */
const MOST_FAULTS = 50;

/**
 * The `deckhand/DataSchema/v1` documents for kinds of ours: the name is the schema they describe, the data JSON Schema, draft 4. Of several for one name the
 * first counts. One that is none is reported, and nothing is checked by it.
 */
export function readDataSchemas(
  documents: readonly RawDocument[],
  report: (document: RawDocument, fault: Fault) => void,
): DataSchemas {
  const ours = new Set<string>();
  for (const { kind, schema } of documents) if (kind !== undefined) ours.add(schema);
  const found = new Map<string, DataSchema>();
  for (const document of documents) {
    if (
      document.schema !== dataSchemaSchema ||
      !ours.has(document.name) ||
      found.has(document.name) ||
      !document.complete
    )
      continue;
    const data = readData(document, false);
    const compiled = compile(plain(data));
    if (typeof compiled !== "string") found.set(document.name, { check: (each) => check(each, compiled, document) });
    else {
      report(document, {
        rule: "invalid-data-schema",
        message: `found data that are no JSON Schema of draft 4: ${compiled}`,
        hint: "correct the schema; nothing is checked by it",
        at: data.position,
      });
    }
  }
  return { of: (schema) => found.get(schema) };
}

function plain(data: YamlNode): Tree {
  return nodeToPlain(data, pythonValue).tree;
}

/** A pattern of a schema, searched in bounded time: step by step, or as far as a text may be searched otherwise; a longer text fits. */
function searchOf(pattern: string): { test(text: string): boolean } {
  try {
    return linearPattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const read = readPattern(pattern);
    if (read.message !== undefined) throw new Error(read.message);
    return { test: (text) => text.length > read.bound || text.search(read.expression) >= 0 };
  }
}

const patternOf: RegExpEngine = Object.assign(searchOf, { code: "patternOf" });

/** A checker, or why there is none. */
function compile(schema: Tree): ValidateFunction | string {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return "it is no mapping";
  const { Ajv } = createRequire(import.meta.url)("ajv") as typeof import("ajv");
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    validateFormats: false,
    logger: false,
    code: { regExp: patternOf },
  });
  try {
    return ajv.compile(upgradedSchema(schema));
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").slice(0, 200);
  }
}

function check(data: YamlNode, validate: ValidateFunction, schema: RawDocument): readonly Fault[] {
  if (validate(plain(data))) return [];
  const { nameAt, file } = schema;
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if");
  return errors.slice(0, MOST_FAULTS).map((error) => ({
    rule: "data-schema",
    message: `found data that ${reasonOf(error)}, at ${error.instancePath === "" ? "their top" : error.instancePath}`,
    hint: "correct the value, or the schema this site has for it",
    at: placeAt(data, error),
    related: [{ message: `${titleOf(schema)} says so`, at: { ...nameAt, uri: file.uri } }],
  }));
}

/** What the schema says, without the value: it may be a secret. */
function reasonOf({ keyword, message, params }: ErrorObject): string {
  if (keyword === "additionalProperties")
    return `have the field ${JSON.stringify(String(params.additionalProperty).slice(0, 64))}, which the schema doesn't know`;
  if (keyword === "enum" && Array.isArray(params.allowedValues))
    return `must be one of ${params.allowedValues.map(String).join(", ").slice(0, 200)}`;
  return message ?? "don't fit the schema";
}

/** The value an error speaks of, or the nearest thing around it; of a field too much, its key. */
function placeAt(data: YamlNode, { instancePath, keyword, params }: ErrorObject): SourcePosition {
  let node = data;
  for (const step of instancePath.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = node.kind === "map" ? valueAt(node, key) : node.kind === "list" ? node.items[Number(key)] : undefined;
    if (next === undefined) break;
    node = next;
  }
  if (keyword !== "additionalProperties" || node.kind !== "map") return node.position;
  const extra = node.entries.find(({ key }) => key === params.additionalProperty);
  return extra?.keyPosition ?? node.position;
}
