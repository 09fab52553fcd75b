import { linearPattern, PatternError } from "../../text/linear-pattern.ts";
import { suggest } from "../../text/suggest.ts";
import { fieldPath, indexPath } from "../field-path.ts";
import { describeValue, readScalar } from "../read-scalar.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";
import { faultsOf, schemaValidator } from "./ajv.ts";
import { describeError } from "./describe-error.ts";
import { followRef, type PlacedSchema } from "./flat-schema.ts";
import type { ReportProblem } from "./schema-problem.ts";

const MOST_VALUES = 20_000;
const MOST_PARTS = 5000;
const MOST_PROBLEMS = 50;
const MOST_UNIQUE = 1000;

/**
 * Keywords under which a schema stands, by how: alone, in a list, by name. `again` are those that look at the same value once more, `inside`
 * those that look at its parts.
 */
const alone = new Set([
  ...["additionalProperties", "items", "contains", "not", "if", "then", "else", "propertyNames"],
  ...["unevaluatedItems", "unevaluatedProperties", "contentSchema"],
]);
const listed = new Set(["allOf", "anyOf", "oneOf", "prefixItems"]);
const named = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);
const again = new Set([
  ...["allOf", "anyOf", "oneOf", "not", "if", "then", "else", "contains", "dependentSchemas"],
  ...["patternProperties", "propertyNames", "unevaluatedItems", "unevaluatedProperties"],
]);
const inside = new Set(["properties", "items", "additionalProperties", "prefixItems"]);
const plain = new Set([
  ...["$schema", "$id", "$ref", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly"],
  ...["writeOnly", "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"],
  ...["maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains"],
  ...[
    "maxProperties",
    "minProperties",
    "required",
    "dependentRequired",
    "format",
    "contentEncoding",
    "contentMediaType",
  ],
]);
const keywords = [...alone, ...listed, ...named, ...plain];
const drafts = new Set([
  "https://json-schema.org/draft/2020-12/schema",
  "https://json-schema.org/draft/2020-12/schema#",
]);

/**
 * Checks that a JSON Schema is one of draft 2020-12, that it refers to its own definitions only, and that no item can make its check take long: patterns are
 * searched in linear time, and what the schema amounts to with its references followed is bounded. Answers whether it found no error.
 */
export function checkJsonSchema(root: TreeMap, report: ReportProblem): boolean {
  let errors = 0;
  let left = MOST_PROBLEMS;
  const counted: ReportProblem = (problem) => {
    if (problem.severity === "error") errors++;
    if (left-- > 0) report(problem);
  };
  if (countValues(root, MOST_VALUES) > MOST_VALUES) {
    const message = `found a schema of more than ${MOST_VALUES} values, expected at most that`;
    counted({
      severity: "error",
      field: "json_schema",
      message,
      hint: "split the kind, or leave out what nobody needs",
    });
    return false;
  }
  checkForm(root, counted);
  if (errors > 0) return false;
  checkPart({ schema: root, place: "json_schema" }, root, counted);
  if (errors > 0) return false;
  checkExpansion(root, counted);
  return errors === 0;
}

const numeric = new Set([
  ...["multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "maxItems"],
  ...["minItems", "maxContains", "minContains", "maxProperties", "minProperties"],
]);

/** A schema whose bounds are numbers where they are written as such: documents keep text whose usual spelling is another, such as `0.50`. */
export function withNumbers(schema: TreeMap): TreeMap {
  const isNumber = schema.type === "number" || schema.type === "integer";
  const entries = Object.entries(schema).map(([keyword, value]): [string, Tree] => {
    if (isNumber && keyword === "enum" && Array.isArray(value)) return [keyword, value.map(numberOf)];
    if (numeric.has(keyword) || (isNumber && (keyword === "const" || keyword === "default")))
      return [keyword, numberOf(value)];
    if (alone.has(keyword)) return [keyword, isTreeMap(value) ? withNumbers(value) : value];
    if (listed.has(keyword) && Array.isArray(value)) {
      return [keyword, value.map((each: Tree) => (isTreeMap(each) ? withNumbers(each) : each))];
    }
    if (!named.has(keyword) || !isTreeMap(value)) return [keyword, value];
    const parts = Object.entries(value).map(([name, each]) => [name, isTreeMap(each) ? withNumbers(each) : each]);
    return [keyword, Object.fromEntries(parts)];
  });
  return Object.fromEntries(entries);
}

function numberOf(value: Tree): Tree {
  if (typeof value !== "string") return value;
  const reading = readScalar(value, { type: "number" });
  return reading.problem === undefined ? reading.value : value;
}

function countValues(tree: Tree, most: number): number {
  if (typeof tree !== "object" || tree === null) return 1;
  let count = 1;
  for (const each of Array.isArray(tree) ? tree : Object.values(tree)) {
    count += countValues(each, most - count);
    if (count > most) break;
  }
  return count;
}

/** Against the schema of schemas; one problem for each place. */
function checkForm(root: TreeMap, report: ReportProblem): void {
  const { $schema } = root;
  if ($schema !== undefined && !drafts.has(String($schema))) {
    report({
      severity: "error",
      field: fieldPath("json_schema", "$schema"),
      message: `found ${describeValue($schema)}, expected draft 2020-12 of JSON Schema`,
      hint: "leave it out, or write https://json-schema.org/draft/2020-12/schema",
    });
    return;
  }
  const told = new Set<string>();
  for (const error of faultsOf(schemaValidator(), root)) {
    if (told.has(error.instancePath)) continue;
    told.add(error.instancePath);
    const { schema = null, place = "json_schema" } = followRef(root, `#${error.instancePath}`) ?? {};
    const { message } = describeError(error, schema);
    report({ severity: "error", field: place, message, hint: "see JSON Schema, draft 2020-12" });
  }
}

/** One schema and those that stand in it, each once, without following references. */
function checkPart({ schema, place }: PlacedSchema, root: TreeMap, report: ReportProblem): void {
  if (!isTreeMap(schema)) return;
  for (const [keyword, value] of Object.entries(schema)) {
    const at = fieldPath(place, keyword);
    checkKeyword(keyword, value, at, schema, root, report);
    for (const part of partsOf(keyword, value, at)) checkPart(part, root, report);
  }
}

/** The schemas that stand under a keyword. */
function partsOf(keyword: string, value: Tree, place: string): readonly PlacedSchema[] {
  if (alone.has(keyword)) return [{ schema: value, place }];
  if (listed.has(keyword) && Array.isArray(value)) {
    return value.map((schema: Tree, index) => ({ schema, place: indexPath(place, index) }));
  }
  if (!named.has(keyword) || !isTreeMap(value)) return [];
  return Object.entries(value).map(([name, schema]) => ({ schema, place: fieldPath(place, name) }));
}

function checkKeyword(
  keyword: string,
  value: Tree,
  place: string,
  owner: TreeMap,
  root: TreeMap,
  report: ReportProblem,
): void {
  const error = (message: string, hint: string, field = place) => report({ severity: "error", field, message, hint });
  switch (keyword) {
    case "$ref":
      if (typeof value !== "string" || followRef(root, value) === undefined) {
        const expected = "expected one to a definition in this schema, such as #/$defs/name";
        error(`found a reference to ${describeValue(value)}, ${expected}`, "copy the definition into $defs");
      }
      return;
    case "$dynamicRef":
    case "$dynamicAnchor":
    case "$anchor":
    case "$recursiveRef":
    case "$vocabulary":
      error(`found ${keyword}, expected $ref alone`, "refer to definitions by $ref: #/$defs/name");
      return;
    case "pattern":
      checkPattern(String(value), place, error);
      return;
    case "patternProperties":
      for (const pattern of isTreeMap(value) ? Object.keys(value) : []) {
        checkPattern(pattern, fieldPath(place, pattern), error);
      }
      return;
    case "uniqueItems":
      if (value === true && !hasFewMembers(owner, root)) {
        error(
          "found uniqueItems without maxItems, expected a bound: members are compared each with each",
          `add maxItems of at most ${MOST_UNIQUE}`,
        );
      }
      return;
    case "format":
      report({
        severity: "warning",
        field: place,
        message: `found the format ${describeValue(value)}, which isn't checked`,
        hint: "write a pattern, or a rule",
      });
      return;
    default:
  }
  if (keyword.startsWith("x-") || keywords.includes(keyword)) return;
  const near = suggest(keyword, keywords);
  report({
    severity: "warning",
    field: place,
    message: `found ${describeValue(keyword)}, which is no keyword of JSON Schema and has no effect`,
    hint: near === undefined ? "remove it, or let it begin with x-" : `did you mean "${near}"?`,
  });
}

function checkPattern(
  source: string,
  field: string,
  error: (message: string, hint: string, field: string) => void,
): void {
  try {
    linearPattern(source);
  } catch (fault) {
    if (!(fault instanceof PatternError)) throw fault;
    const hint = "write a regular expression of JavaScript without lookaround and back references";
    error(`found ${describeValue(source)}, which is no pattern: ${fault.message}`, hint, field);
  }
}

/** Single values are told apart by a table; records only each by each. */
function hasFewMembers(owner: TreeMap, root: TreeMap): boolean {
  if (typeof owner.maxItems === "number" && owner.maxItems <= MOST_UNIQUE) return true;
  let { items } = owner;
  if (isTreeMap(items) && typeof items.$ref === "string") items = followRef(root, items.$ref)?.schema;
  return isTreeMap(items) && ["string", "integer", "number", "boolean"].includes(String(items.type));
}

/** A reference that is being followed, and what stands between it and the part visited: keywords that look at a value another time, or into it. */
interface OpenRef {
  readonly ref: string;
  readonly looksAgain: boolean;
  readonly looksInside: boolean;
}

/** Follows all references, as a check of an item does at worst. */
function checkExpansion(root: TreeMap, report: ReportProblem): void {
  let left = MOST_PARTS;
  const circles = new Set<string>();
  visit({ schema: root, place: "json_schema" }, [{ ref: "#", looksAgain: false, looksInside: false }]);
  if (left >= 0) return;
  report({
    severity: "error",
    field: "json_schema",
    message: `found a schema that has more than ${MOST_PARTS} parts when its references are followed, expected at most that`,
    hint: "refer to large definitions from fewer places",
  });

  function visit({ schema, place }: PlacedSchema, open: readonly OpenRef[]): void {
    if (!isTreeMap(schema) || --left < 0) return;
    if (typeof schema.$ref === "string") follow(schema.$ref, fieldPath(place, "$ref"), open);
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === "$defs" || keyword === "definitions") continue;
      const parts = partsOf(keyword, value, fieldPath(place, keyword));
      if (parts.length === 0) continue;
      const between = open.map(({ ref, looksAgain, looksInside }) => ({
        ref,
        looksAgain: looksAgain || again.has(keyword),
        looksInside: looksInside || inside.has(keyword),
      }));
      for (const part of parts) visit(part, between);
    }
  }

  function follow(ref: string, place: string, open: readonly OpenRef[]): void {
    const circle = open.find((each) => each.ref === ref);
    if (circle === undefined) {
      const target = followRef(root, ref);
      if (target !== undefined) visit(target, [...open, { ref, looksAgain: false, looksInside: false }]);
    } else if ((circle.looksAgain || !circle.looksInside) && !circles.has(place)) {
      circles.add(place);
      report({
        severity: "error",
        field: place,
        message: "found a reference to what it stands in that doesn't lead through properties or items alone",
        hint: "let circles of references lead through properties and items, and no other keyword",
      });
    }
  }
}
