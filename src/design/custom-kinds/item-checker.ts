import type { ErrorObject, ValidateFunction } from "ajv/dist/2020.js";
import type { Diagnostic } from "../diagnostic.ts";
import { fieldPath, indexPath, keyPath } from "../field-path.ts";
import type { FieldShape, KindSchema, MessageSchema } from "../kind-schema.ts";
import { locateValue } from "../locate.ts";
import type { ResolvedItem } from "../resolve.ts";
import { itemUnit, type SingleFinding } from "../single-finding.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";
import { compileSchema, faultsOf } from "./ajv.ts";
import { describeError } from "./describe-error.ts";

/** Checks effective items of custom kinds against the whole JSON Schema of their kind. */
export interface ItemChecker {
  /** Takes an item of a custom kind. */
  check(item: ResolvedItem, tree: TreeMap): void;
  /**
   * What was found. Nothing follows from what items lack for which `mayLack` holds: others complete them, or something they say couldn't be read. It is asked of
   * every item that lacks something.
   */
  findings(mayLack: (key: string) => boolean): readonly SingleFinding[];
}

/** A fault, and whether more in the item would mend it. */
interface Violation {
  readonly item: string;
  readonly absent: boolean;
  readonly diagnostic: Diagnostic;
}

const MOST_VIOLATIONS = 20;
/** Steps that searching for the patterns of schemas may take in one design, some seconds. */
const MOST_PATTERN_STEPS = 100_000_000;

/** Thrown inside the checker when patterns took all the steps they may; never leaves it. */
class PatternsTooLong extends Error {}

/** Keywords that try schemas on a value: what those say is no fault of its own. */
const trying: ReadonlySet<string> = new Set(["anyOf", "oneOf", "not", "contains", "propertyNames"]);

/** A checker that compiles the schema of a kind when it meets the first item of it. */
export function itemChecker(): ItemChecker {
  const compiled = new Map<KindSchema, ValidateFunction>();
  const violations: Violation[] = [];
  let left = MOST_PATTERN_STEPS;
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0) throw new PatternsTooLong();
  };

  function check(item: ResolvedItem, tree: TreeMap): void {
    const { jsonSchema, message } = item.schema;
    if (jsonSchema === undefined || left < 0) return;
    let validate = compiled.get(item.schema);
    if (validate === undefined) {
      validate = compileSchema(jsonSchema, spend);
      compiled.set(item.schema, validate);
    }
    try {
      const found = withoutTried(faultsOf(validate, tree)).flatMap(
        (error) => violation(error, item, tree, message) ?? [],
      );
      violations.push(...found.slice(0, MOST_VIOLATIONS));
    } catch (error) {
      if (!(error instanceof PatternsTooLong)) throw error;
      violations.push(patternsTooLong(item));
    }
  }

  function findings(mayLack: (key: string) => boolean): readonly SingleFinding[] {
    return violations.flatMap(({ item, absent, diagnostic }) => {
      if (absent && mayLack(item)) return [];
      const { field, message, location } = diagnostic;
      // What many items inherit from one place is one finding.
      const mergeKey = JSON.stringify(["custom-kind-violation", field, message, location]);
      return [{ unit: itemUnit(item), subject: item, mergeKey, diagnostic }];
    });
  }

  return { check, findings };
}

function patternsTooLong(item: ResolvedItem): Violation {
  const location = locateValue(item, "");
  return {
    item: `${item.key.kind}/${item.key.name}`,
    absent: false,
    diagnostic: {
      rule: "custom-kind-violation",
      severity: "error",
      message: "found texts and patterns too many and too long to be searched; from this item on no schema is checked",
      hint: "write simpler patterns, or bound the texts by maxLength",
      ...item.key,
      ...(location && { location }),
      related: [],
    },
  };
}

/** Leaves out what was found while trying alternatives, and what only says that something else was found. */
function withoutTried(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  // By the values they are about: a list may have as many of them as it has members.
  const tries = Map.groupBy(
    errors.filter(({ keyword }) => trying.has(keyword)),
    ({ instancePath }) => instancePath,
  );
  const isTried = (error: ErrorObject) =>
    pathsTo(error.instancePath).some((path) =>
      tries
        .get(path)
        ?.some(
          (each) =>
            each !== error &&
            (error.schemaPath.startsWith(`${each.schemaPath}/`) ||
              /^#\/(?:\$defs|definitions)\//.test(error.schemaPath)),
        ),
    );
  return errors.filter((error) => error.keyword !== "if" && !isTried(error));
}

/** A JSON pointer, and those to what is around it. */
function pathsTo(pointer: string): readonly string[] {
  const paths = [""];
  for (let end = pointer.indexOf("/", 1); end > 0; end = pointer.indexOf("/", end + 1))
    paths.push(pointer.slice(0, end));
  return pointer === "" ? paths : [...paths, pointer];
}

function violation(
  error: ErrorObject,
  item: ResolvedItem,
  tree: TreeMap,
  message: MessageSchema,
): Violation | undefined {
  const place = placeOf(error.instancePath, message, tree);
  if (place === undefined) return undefined;
  const described = describeError(error, place.value);
  const step = described.step;
  const lacked =
    step !== undefined && place.shape.type === "message" ? place.shape.message.fields.get(step) : undefined;
  // An empty list or map is none: where none is too few, the schema says so.
  const isGroup = lacked !== undefined && ["strings", "keyed", "list", "map"].includes(lacked.shape.type);
  if (error.keyword === "required" && isGroup && lacked.leastMembers === undefined) return undefined;
  const pathOf = place.shape.type === "map" ? keyPath : fieldPath;
  const field = step === undefined ? place.path : pathOf(place.path, step);
  const location = locateValue(item, field);
  return {
    item: `${item.key.kind}/${item.key.name}`,
    absent: described.absent,
    diagnostic: {
      rule: "custom-kind-violation",
      severity: "error",
      message: described.message,
      hint: described.hint,
      ...item.key,
      ...(field !== "" && { field }),
      ...(location && { location }),
      related: [],
    },
  };
}

interface Place {
  readonly path: string;
  readonly shape: FieldShape;
  readonly value: Tree | undefined;
}

/** The field a JSON pointer leads to; undefined for what is in a secret, of which nothing is told. */
function placeOf(pointer: string, message: MessageSchema, tree: TreeMap): Place | undefined {
  let at: Place = { path: "", shape: { type: "message", message }, value: tree };
  for (const text of pointer.split("/").slice(1)) {
    at = partOf(at, text.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (at.shape.type === "message" && at.shape.message.hasSecret) return undefined;
  }
  return at;
}

function partOf({ path, shape, value }: Place, step: string): Place {
  const index = Number(step);
  const part = Array.isArray(value) ? value[index] : isTreeMap(value) ? value[step] : undefined;
  switch (shape.type) {
    case "message": {
      const field = shape.message.fields.get(step);
      return { path: fieldPath(path, step), shape: field?.shape ?? { type: "any" }, value: part };
    }
    case "keyed": {
      const key = isTreeMap(part) ? String(part[shape.key]) : step;
      return { path: keyPath(path, key), shape: { type: "message", message: shape.message }, value: part };
    }
    case "list":
      return { path: indexPath(path, index), shape: { type: "message", message: shape.message }, value: part };
    case "strings":
      return { path: keyPath(path, String(part)), shape: { type: "scalar", scalar: shape.item }, value: part };
    case "map":
      return { path: keyPath(path, step), shape: { type: "scalar", scalar: shape.value }, value: part };
    default:
      return { path: Array.isArray(value) ? indexPath(path, index) : fieldPath(path, step), shape, value: part };
  }
}
