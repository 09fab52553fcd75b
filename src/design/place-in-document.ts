import type { SourceLocation } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import { FieldPathError, type PathStep, parseFieldPath } from "./field-path.ts";
import type { FieldShape, KindSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree } from "./tree.ts";

/**
 * Where a document says what stands at a path of its spec, as the difference of two declarations names it: unknown fields and removal markers have paths, too.
 * The nearest thing around it where there is nothing; the document itself for the empty path. Never throws.
 */
export function placeInDocument(
  { spec, source, location }: Pick<Document, "spec" | "source" | "location">,
  schema: KindSchema,
  path: string,
): SourceLocation {
  let value: Tree | undefined = spec;
  let shape: FieldShape | undefined = { type: "message", message: schema.message };
  let place: SourceLocation = location;
  let node = source;
  for (const step of stepsOf(path)) {
    const name: string | number = inList(value, shape, step);
    const next = Array.isArray(value) ? node.items?.[Number(name)] : node.fields?.[name];
    value = partOf(value, name);
    if (value === undefined || next === undefined) break;
    shape = partShape(shape, name);
    node = next;
    place = { uri: node.uri ?? location.uri, line: node.line, column: node.column };
  }
  return place;
}

function stepsOf(path: string): readonly PathStep[] {
  if (path === "") return [];
  try {
    // What begins with a key is a field whose name is no identifier.
    return path.startsWith("[") ? parseFieldPath(`_${path}`).slice(1) : parseFieldPath(path);
  } catch (error) {
    if (error instanceof FieldPathError) return [];
    throw error;
  }
}

/** The step as the spec has it: of a member of a list its index. */
function inList(value: Tree | undefined, shape: FieldShape | undefined, step: PathStep): string | number {
  const name = step.type === "index" ? step.index : step.type === "field" ? step.name : step.key;
  if (!Array.isArray(value) || typeof name === "number") return name;
  return value.findIndex((member: Tree) => {
    const key: Tree | undefined = shape?.type === "keyed" && isTreeMap(member) ? member[shape.key] : member;
    return String(key) === name;
  });
}

function partOf(value: Tree | undefined, name: string | number): Tree | undefined {
  if (Array.isArray(value)) return value[Number(name)];
  return isTreeMap(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function partShape(shape: FieldShape | undefined, name: string | number): FieldShape | undefined {
  if (shape?.type === "message") return shape.message.fields.get(String(name))?.shape;
  return shape?.type === "keyed" || shape?.type === "list" ? { type: "message", message: shape.message } : undefined;
}
