import { fieldPath, indexPath } from "../field-path.ts";
import { isTreeMap, type Tree, type TreeMap } from "../tree.ts";

/** A part of a JSON Schema and its path in the item that declares the kind, such as `json_schema.properties.port`. */
export interface PlacedSchema {
  readonly schema: Tree;
  readonly place: string;
}

/** What a schema says about the sort of a value: its keywords with those of the schemas it refers to and of its `allOf`. Later ones win. */
export interface FlatSchema {
  readonly place: string;
  readonly keywords: ReadonlyMap<string, PlacedSchema>;
  /** Absent where nothing names properties. */
  readonly properties?: ReadonlyMap<string, PlacedSchema>;
  /** References that were followed on the way here; one of them again would lead round in a circle. */
  readonly open: ReadonlySet<string>;
  /** Such a reference was met: what is below isn't known. */
  readonly circular: boolean;
}

/** The schema a local reference (`#/$defs/name`) leads to; undefined when it leads nowhere, or elsewhere. */
export function followRef(root: TreeMap, ref: string): PlacedSchema | undefined {
  if (ref === "#") return { schema: root, place: "json_schema" };
  if (!ref.startsWith("#/")) return undefined;
  let at: Tree | undefined = root;
  let place = "json_schema";
  for (const text of ref.slice(2).split("/")) {
    const step = decode(text);
    if (step === undefined) return undefined;
    if (Array.isArray(at)) {
      if (!/^(?:0|[1-9][0-9]{0,8})$/.test(step)) return undefined;
      place = indexPath(place, Number(step));
      at = at[Number(step)];
    } else {
      place = fieldPath(place, step);
      at = isTreeMap(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    }
  }
  return at === undefined ? undefined : { schema: at, place };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text).replaceAll("~1", "/").replaceAll("~0", "~");
  } catch {
    return undefined;
  }
}

/** Brings together what a schema says. `open` are the references followed before. */
export function flatten({ schema, place }: PlacedSchema, open: ReadonlySet<string>, root: TreeMap): FlatSchema {
  const keywords = new Map<string, PlacedSchema>();
  const followed = new Set(open);
  let properties: Map<string, PlacedSchema> | undefined;
  let circular = false;

  function gather(each: Tree, at: string): void {
    if (!isTreeMap(each)) return;
    if (typeof each.$ref === "string") {
      if (followed.has(each.$ref)) circular = true;
      else {
        followed.add(each.$ref);
        const target = followRef(root, each.$ref);
        if (target !== undefined) gather(target.schema, target.place);
      }
    }
    if (Array.isArray(each.allOf)) {
      const all = fieldPath(at, "allOf");
      for (const [index, member] of each.allOf.entries()) gather(member, indexPath(all, index));
    }
    for (const [keyword, value] of Object.entries(each)) {
      if (keyword === "$ref" || keyword === "allOf" || keyword === "properties") continue;
      keywords.set(keyword, { schema: value, place: fieldPath(at, keyword) });
    }
    if (!isTreeMap(each.properties)) return;
    properties ??= new Map();
    const own = fieldPath(at, "properties");
    for (const [name, value] of Object.entries(each.properties)) {
      properties.set(name, { schema: value, place: fieldPath(own, name) });
    }
  }

  gather(schema, place);
  return { place, keywords, open: followed, circular, ...(properties && { properties }) };
}

/** The sorts of value a schema tells apart. */
export type Sort = "string" | "integer" | "number" | "boolean" | "object" | "array";

const sorts: ReadonlySet<string> = new Set(["string", "integer", "number", "boolean", "object", "array"]);

/** The one sort of value a schema allows, beside nothing at all; undefined when there are several, or none is told. */
export function sortOf({ keywords, properties }: FlatSchema): Sort | undefined {
  const type = keywords.get("type")?.schema;
  if (type !== undefined) {
    const named = [type].flat().filter((each) => each !== "null");
    const [only] = named;
    return named.length === 1 && typeof only === "string" && sorts.has(only) ? (only as Sort) : undefined;
  }
  if (properties !== undefined) return "object";
  const values = allowedValues(keywords);
  if (values === undefined) return undefined;
  if (values.every((each) => typeof each === "string")) return "string";
  return values.every((each) => typeof each === "boolean") ? "boolean" : undefined;
}

/** The values an `enum` or `const` allows, nothing left out of them; undefined where there is neither. */
export function allowedValues(keywords: FlatSchema["keywords"]): readonly Tree[] | undefined {
  const constant = keywords.get("const");
  if (constant !== undefined) return [constant.schema];
  const values = keywords.get("enum")?.schema;
  return Array.isArray(values) ? values.filter((each) => each !== null) : undefined;
}
