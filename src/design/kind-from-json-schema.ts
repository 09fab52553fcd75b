import { SecretSchema } from "../../gen/bedplate/type/v1/secret_pb.js";
import { suggest } from "../text/suggest.ts";
import { checkJsonSchema, withNumbers } from "./custom-kinds/check-json-schema.ts";
import { type FlatSchema, flatten, type PlacedSchema, sortOf } from "./custom-kinds/flat-schema.ts";
import { type KindMarks, kindMarks } from "./custom-kinds/kind-marks.ts";
import { reportOrder, scalarDefault, scalarSchema } from "./custom-kinds/scalar-schema.ts";
import type { ReportProblem } from "./custom-kinds/schema-problem.ts";
import { valueReader } from "./custom-kinds/value-reader.ts";
import { messageSchema } from "./kind-from-descriptor.ts";
import type { FieldSchema, FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { describeValue } from "./read-scalar.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** A custom kind being declared. */
export interface KindDeclaration {
  /** The kind: the name of the item that declares it. */
  readonly kind: string;
  /** The effective item of kind CustomKind. */
  readonly tree: TreeMap;
  /** All kinds of the design, for references. */
  readonly kinds: ReadonlySet<string>;
}

/** Members of one list or map, where the schema states no fewer. */
const MOST_MEMBERS = 65_536;
const DEEPEST = 64;

/**
 * Compiles the declaration of a custom kind, so that the engine treats its items as those of a built-in one. Objects with `properties` merge field by field,
 * objects of single values by key, lists of texts as sets, lists of objects by their merge key or whole; what a schema doesn't tell apart (several types,
 * alternatives, free objects, lists of other things) is replaced whole. A field of `secrets` holds a reference or a literal, as all secrets do. Undefined, with
 * a problem reported for each reason, when the declaration can't be one.
 */
export function kindFromJsonSchema(
  { kind, tree, kinds }: KindDeclaration,
  report: ReportProblem,
): KindSchema | undefined {
  let sound = true;
  const watched: ReportProblem = (problem) => {
    sound &&= problem.severity !== "error";
    report(problem);
  };
  const jsonSchema = isTreeMap(tree.json_schema) ? withNumbers(tree.json_schema) : undefined;
  if (jsonSchema === undefined) {
    const message = "found no json_schema, expected the schema of the kind's items";
    report({
      severity: "error",
      field: "json_schema",
      message,
      hint: "add json_schema with type: object and properties",
    });
    return undefined;
  }
  if (!checkJsonSchema(jsonSchema, watched)) return undefined;
  const marks = kindMarks(tree, watched);
  const compiler = createCompiler(kind, jsonSchema, marks, kinds, watched);
  const root = flatten({ schema: jsonSchema, place: "json_schema" }, new Set(["#"]), jsonSchema);
  if (sortOf(root) !== "object" || root.properties === undefined) {
    const message = "found a schema without properties, expected one of an object with named fields";
    watched({ severity: "error", field: "json_schema", message, hint: "write type: object, and properties" });
    return undefined;
  }
  const open = openPart(root);
  if (open !== undefined) {
    const message = "found fields of any name beside named ones, expected named ones alone";
    watched({
      severity: "error",
      field: open.place,
      message,
      hint: "give free ones a field of their own, such as labels",
    });
  }
  const message = compiler.message(root, []);
  marks.reportLeft(compiler.paths, compiler.whole);
  const parentField = [...message.fields.values()].find((each) => each.parent !== undefined);
  const description = typeof tree.description === "string" ? oneLine(tree.description) : undefined;
  return sound
    ? { kind, message, jsonSchema, ...(parentField && { parentField }), ...(description && { description }) }
    : undefined;
}

interface Compiler {
  /** The paths of all fields, and of those that are replaced whole. */
  readonly paths: ReadonlySet<string>;
  readonly whole: ReadonlySet<string>;
  message(flat: FlatSchema, path: readonly string[]): MessageSchema;
}

function createCompiler(
  kind: string,
  root: TreeMap,
  marks: KindMarks,
  kinds: ReadonlySet<string>,
  report: ReportProblem,
): Compiler {
  const paths = new Set<string>();
  const whole = new Set<string>();
  const secret = messageSchema(SecretSchema);

  function message(flat: FlatSchema, path: readonly string[]): MessageSchema {
    const fields = new Map<string, FieldSchema>();
    for (const [name, placed] of flat.properties ?? []) {
      if (isFieldName(name)) fields.set(name, field(name, placed, flat.open, path));
      else {
        const what = `found the field ${describeValue(name)}, expected a name that isn't a removal, nor one every object has`;
        report({ severity: "error", field: placed.place, message: what, hint: "rename it" });
      }
    }
    checkRequired(flat, fields, report);
    return { name: [kind, ...path].join("."), fields, hasSecret: false };
  }

  function field(
    name: string,
    placed: PlacedSchema,
    open: ReadonlySet<string>,
    around: readonly string[],
  ): FieldSchema {
    const steps = [...around, name];
    const path = steps.join(".");
    paths.add(path);
    const flat = flatten(placed, open, root);
    const isSecret = marks.take("secrets", path) !== undefined;
    const shape: FieldShape = isSecret ? secretShape(flat, path) : shapeOf(flat, steps);
    const preset = defaultOf(flat, shape, isSecret);
    const references = referenceOf(shape, path);
    const isParent = steps.length === 1 && marks.take("parent", path) !== undefined;
    if (isParent && !(shape.type === "scalar" && shape.scalar.type === "string")) {
      marks.refuse(
        "parent",
        path,
        `found ${describeValue(path)}, which is no single text`,
        "name a field of type string",
      );
    }
    const text = flat.keywords.get("description")?.schema ?? flat.keywords.get("title")?.schema;
    const least = flat.keywords.get(shape.type === "map" ? "minProperties" : "minItems")?.schema;
    return {
      name,
      shape,
      ...(references !== undefined && { references }),
      ...(isParent && { parent: kind, own: true }),
      formation: marks.take("formation", path) !== undefined,
      secret: false,
      hardwareAlias: false,
      ...(preset !== undefined && { effectiveDefault: preset }),
      ...(typeof text === "string" && text !== "" && { description: oneLine(text) }),
      ...(typeof least === "number" && least > 0 && { leastMembers: least }),
    };
  }

  function shapeOf(flat: FlatSchema, path: readonly string[]): FieldShape {
    const sort = flat.circular || path.length > DEEPEST ? undefined : sortOf(flat);
    if (sort === undefined) return replacedWhole(flat, path);
    if (sort === "object") return objectShape(flat, path);
    if (sort === "array") return listShape(flat, path);
    return { type: "scalar", scalar: scalarSchema(flat, sort, report) };
  }

  function replacedWhole(flat: FlatSchema, path: readonly string[]): FieldShape {
    whole.add(path.join("."));
    const read = valueReader(flat, root);
    return read === undefined ? { type: "any" } : { type: "any", read };
  }

  function objectShape(flat: FlatSchema, path: readonly string[]): FieldShape {
    const free = openPart(flat);
    if (flat.properties !== undefined) {
      if (free === undefined) return { type: "message", message: message(flat, path) };
      report({
        severity: "warning",
        field: free.place,
        message: `found fields of any name beside named ones: ${path.join(".")} is replaced whole, not merged`,
        hint: "give free ones a field of their own, or set additionalProperties to false",
      });
      return replacedWhole(flat, path);
    }
    if (free === undefined) return replacedWhole(flat, path);
    const value = flatten(free, flat.open, root);
    const sort = value.circular ? undefined : sortOf(value);
    if (sort === undefined || sort === "object" || sort === "array") return replacedWhole(flat, path);
    const most = flat.keywords.get("maxProperties")?.schema;
    reportOrder(flat, "minProperties", "maxProperties", report);
    return { type: "map", value: scalarSchema(value, sort, report), maxItems: membersOf(most) };
  }

  function listShape(flat: FlatSchema, path: readonly string[]): FieldShape {
    const items = flat.keywords.get("items");
    reportOrder(flat, "minItems", "maxItems", report);
    const maxItems = membersOf(flat.keywords.get("maxItems")?.schema);
    if (items === undefined || flat.keywords.has("prefixItems")) return replacedWhole(flat, path);
    const item = flatten(items, flat.open, root);
    const sort = item.circular ? undefined : sortOf(item);
    if (sort === "string") return { type: "strings", item: scalarSchema(item, sort, report), maxItems };
    if (sort !== "object" || item.properties === undefined || openPart(item) !== undefined)
      return replacedWhole(flat, path);
    const member = message(item, path);
    const own = path.join(".");
    const key = marks.take("merge_keys", own);
    if (key === undefined) return { type: "list", message: member, maxItems };
    const shape = member.fields.get(key)?.shape;
    if (shape?.type === "scalar" && (shape.scalar.type === "string" || shape.scalar.type === "integer")) {
      return { type: "keyed", message: member, key, maxItems };
    }
    const near = suggest(key, member.fields.keys());
    const hint =
      near === undefined ? `members have ${[...member.fields.keys()].join(", ")}` : `did you mean "${near}"?`;
    marks.refuse(
      "merge_keys",
      own,
      `found ${describeValue(key)}, expected a field of the members with a single value`,
      hint,
    );
    return { type: "list", message: member, maxItems };
  }

  function secretShape(flat: FlatSchema, path: string): FieldShape {
    const sort = sortOf(flat);
    if (sort !== undefined && sort !== "string" && sort !== "object") {
      const hint = 'give it type: string; items write {ref: "file:NAME"} or {literal: TEXT}';
      marks.refuse("secrets", path, `found ${describeValue(path)}, which is no text`, hint);
    }
    return { type: "message", message: secret };
  }

  function referenceOf(shape: FieldShape, path: string): string | undefined {
    const wanted = marks.take("references", path);
    if (wanted === undefined) return undefined;
    if (!kinds.has(wanted)) {
      const near = suggest(wanted, kinds);
      const hint = near === undefined ? `kinds are ${[...kinds].sort().join(", ")}` : `did you mean "${near}"?`;
      marks.refuse("references", path, `found kind ${describeValue(wanted)}, expected a kind of this design`, hint);
    }
    const value = shape.type === "scalar" ? shape.scalar : shape.type === "strings" ? shape.item : undefined;
    if (value?.type !== "string") {
      const hint = "name a field of type string, or a list of them";
      marks.refuse("references", path, `found ${describeValue(path)}, which holds no names`, hint);
    }
    return wanted;
  }

  function defaultOf(flat: FlatSchema, shape: FieldShape, isSecret: boolean): Tree | undefined {
    const given = flat.keywords.get("default");
    if (given === undefined) return undefined;
    if (!isSecret && shape.type === "scalar") return scalarDefault(flat, shape.scalar, report);
    if (!isSecret && shape.type === "any") return shape.read?.(given.schema) ?? given.schema;
    report({
      severity: "error",
      field: given.place,
      message: `found a default for ${isSecret ? "a secret" : "what is merged"}, expected none`,
      hint: isSecret
        ? "remove it: the design holds no secrets"
        : "remove it, and let items inherit it from one of them",
    });
    return undefined;
  }

  return { paths, whole, message };
}

/** What lets fields of any name stand in an object, and what they are. */
function openPart({ keywords }: FlatSchema): PlacedSchema | undefined {
  const additional = keywords.get("additionalProperties");
  if (additional !== undefined && additional.schema !== false) return additional;
  const patterns = keywords.get("patternProperties");
  const values = patterns !== undefined && isTreeMap(patterns.schema) ? Object.values(patterns.schema) : [];
  const [only, ...others] = values;
  if (patterns === undefined || only === undefined) return undefined;
  return { schema: others.length === 0 ? only : true, place: patterns.place };
}

function checkRequired({ keywords }: FlatSchema, fields: ReadonlyMap<string, unknown>, report: ReportProblem): void {
  const required = keywords.get("required");
  if (required === undefined || !Array.isArray(required.schema)) return;
  for (const [index, name] of required.schema.entries()) {
    if (fields.has(String(name))) continue;
    const near = suggest(String(name), fields.keys());
    report({
      severity: "error",
      field: `${required.place}[${index}]`,
      message: `found ${describeValue(name)}, expected one of the properties: nothing else can be required`,
      hint: near === undefined ? "add it to properties" : `did you mean "${near}"?`,
    });
  }
}

/** Names that aren't taken by removal markers, nor by what every object of the language has. */
function isFieldName(name: string): boolean {
  return name !== "" && name.length <= 253 && !name.startsWith("!") && !(name in Object.prototype);
}

function membersOf(stated: Tree | undefined): number {
  return typeof stated === "number" ? Math.min(stated, MOST_MEMBERS) : MOST_MEMBERS;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
