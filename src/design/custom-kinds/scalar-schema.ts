import { linearPattern } from "../../text/linear-pattern.ts";
import type { ScalarSchema } from "../kind-schema.ts";
import { readScalar } from "../read-scalar.ts";
import type { Tree } from "../tree.ts";
import { allowedValues, type FlatSchema, type Sort } from "./flat-schema.ts";
import type { ReportProblem } from "./schema-problem.ts";

/** The longest text a pattern is searched in, in characters. */
const LONGEST_MATCHED = 65_536;

/** The single value a schema describes. What the engine doesn't know of it (multiples, texts that are no enumeration) the check of the whole item tells. */
export function scalarSchema(
  flat: FlatSchema,
  sort: Exclude<Sort, "object" | "array">,
  report: ReportProblem,
): ScalarSchema {
  switch (sort) {
    case "string":
      return textSchema(flat, report);
    case "boolean":
      return { type: "bool" };
    case "integer":
    case "number":
      return numberSchema(flat, sort, report);
  }
}

function textSchema(flat: FlatSchema, report: ReportProblem): ScalarSchema {
  const { keywords } = flat;
  const minLength = numberAt(flat, "minLength");
  const maxLength = numberAt(flat, "maxLength");
  reportOrder(flat, "minLength", "maxLength", report);
  const pattern = keywords.get("pattern")?.schema;
  const longest = pattern === undefined ? maxLength : Math.min(maxLength ?? LONGEST_MATCHED, LONGEST_MATCHED);
  const allowed = allowedValues(keywords)?.filter((each) => typeof each === "string");
  return {
    type: "string",
    ...(allowed !== undefined && { in: allowed }),
    ...(typeof pattern === "string" && { pattern: linearPattern(pattern) }),
    ...(minLength !== undefined && minLength > 0 && { minLength }),
    ...(longest !== undefined && { maxLength: longest }),
  };
}

function numberSchema(flat: FlatSchema, type: "integer" | "number", report: ReportProblem): ScalarSchema {
  reportOrder(flat, "minimum", "maximum", report);
  const [above, below] = [numberAt(flat, "exclusiveMinimum"), numberAt(flat, "exclusiveMaximum")];
  const [least, most] = [numberAt(flat, "minimum"), numberAt(flat, "maximum")];
  const isWhole = type === "integer";
  const gte = Math.max(
    isWhole ? Number.MIN_SAFE_INTEGER : Number.NEGATIVE_INFINITY,
    ...[least === undefined ? [] : isWhole ? Math.ceil(least) : least].flat(),
    ...(above === undefined || !isWhole ? [] : [Math.floor(above) + 1]),
  );
  const lte = Math.min(
    isWhole ? Number.MAX_SAFE_INTEGER : Number.POSITIVE_INFINITY,
    ...[most === undefined ? [] : isWhole ? Math.floor(most) : most].flat(),
    ...(below === undefined || !isWhole ? [] : [Math.ceil(below) - 1]),
  );
  // Only who says so means numbers below zero; to everybody else -1 takes away, as it does for built-in kinds.
  const negative = (least !== undefined && least < 0) || (above !== undefined && above < 0);
  return {
    type,
    ...(Number.isFinite(gte) && { gte }),
    ...(Number.isFinite(lte) && { lte }),
    ...(negative && { negative }),
  };
}

function numberAt({ keywords }: FlatSchema, keyword: string): number | undefined {
  const value = keywords.get(keyword)?.schema;
  return typeof value === "number" ? value : undefined;
}

/** Reports bounds that nothing can meet. */
export function reportOrder(flat: FlatSchema, least: string, most: string, report: ReportProblem): void {
  const [from, to] = [numberAt(flat, least), numberAt(flat, most)];
  if (from === undefined || to === undefined || from <= to) return;
  report({
    severity: "error",
    field: flat.keywords.get(least)?.place ?? flat.place,
    message: `found ${least} ${from} above ${most} ${to}, which nothing can meet`,
    hint: "exchange them, or correct one",
  });
}

/** The default of a single value, read as the value itself would be. */
export function scalarDefault(flat: FlatSchema, scalar: ScalarSchema, report: ReportProblem): Tree | undefined {
  const given = flat.keywords.get("default");
  if (given === undefined || given.schema === null) return undefined;
  const reading = readScalar(given.schema, scalar);
  if (reading.problem === undefined) return reading.value;
  const { found, expected } = reading.problem;
  const message = `found ${found} as the default, expected ${expected}`;
  report({ severity: "error", field: given.place, message, hint: "give a default that the schema allows" });
  return undefined;
}
