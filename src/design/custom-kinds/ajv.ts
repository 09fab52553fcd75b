import { createRequire } from "node:module";
import type { Ajv2020, AnySchema, ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import { linearPattern, PatternError } from "../../text/linear-pattern.ts";
import { isTreeMap, type Tree } from "../tree.ts";

/** The class, when a custom kind needs it first: most designs have none, and loading it takes longer than they do. */
let loaded: typeof Ajv2020 | undefined;

/** Told the steps that the search for a pattern takes; what it throws ends the check. */
export type Spend = (steps: number) => void;

/**
 * A validator of JSON Schema, draft 2020-12, that finds all faults of a value, searches for patterns in linear time and leaves formats and unknown keywords
 * to others. It remembers schemas, so each kind has its own. `spend` is told how much work patterns are.
 */
export function createAjv(spend?: Spend): Ajv2020 {
  loaded ??= (createRequire(import.meta.url)("ajv/dist/2020.js") as { Ajv2020: typeof Ajv2020 }).Ajv2020;
  return new loaded({
    allErrors: true,
    strict: false,
    validateFormats: false,
    validateSchema: false,
    addUsedSchema: false,
    logger: false,
    code: { regExp: searcher(spend) },
  });
}

let metaAjv: Ajv2020 | undefined;

/** The validator of schemas themselves, shared by all kinds. */
export function schemaValidator() {
  metaAjv ??= createAjv();
  const validate = metaAjv.getSchema("https://json-schema.org/draft/2020-12/schema");
  if (validate === undefined) throw new Error("the schema of schemas is part of the validator");
  return validate;
}

/** Compiles a schema that was checked before. */
export function compileSchema(schema: AnySchema, spend?: Spend) {
  return createAjv(spend).compile(schema);
}

/** What is wrong with a value. The validator can't compare objects some of whose names are those every object has: that is a fault, too. */
export function faultsOf(validate: ValidateFunction, tree: Tree): readonly ErrorObject[] {
  try {
    return validate(withPrototypes(tree)) === true ? [] : (validate.errors ?? []);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const message = "a field named valueOf or toString can't be compared";
    return [{ keyword: "comparison", instancePath: "", schemaPath: "#", params: {}, message }];
  }
}

/** Trees may have no prototypes, without which the validator compares nothing. */
function withPrototypes(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map(withPrototypes);
  return isTreeMap(tree)
    ? Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, withPrototypes(value)]))
    : tree;
}

/** Patterns of schemas were checked when their kind was declared; the validator's own use what that refuses. It tells patterns apart by their text. */
function searcher(spend: Spend | undefined) {
  const read = (source: string) => {
    try {
      const pattern = linearPattern(source);
      return { test: (text: string) => pattern.test(text, spend), toString: () => source };
    } catch (error) {
      if (error instanceof PatternError) return new RegExp(source, "u");
      throw error;
    }
  };
  return Object.assign(read, { code: "linearPattern" });
}
