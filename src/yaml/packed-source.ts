import type { SourceNode } from "../design/source-node.ts";
import type { Tree, TreeMap } from "../design/tree.ts";
import { bareRecord } from "./bare-record.ts";

/** Most that a unit of a text holds; a place further away isn't packed. */
const LARGEST_UNIT = 0xffff;
/** Units made into a text at a time: a call takes so many arguments. */
const UNITS_AT_ONCE = 4096;

/**
 * A source map as a text, a twentieth of its size: for each part of the value, in the order of the value, its line and its column, and those of its key where
 * parts have keys. Lines count from `firstLine`. Undefined when the map isn't parallel to the value, names other files, or is spread too far.
 */
export function packSource(tree: Tree, source: SourceNode, firstLine: number): string | undefined {
  const units: number[] = [];
  if (!packNode(tree, source, false)) return undefined;
  let packed = "";
  for (let from = 0; from < units.length; from += UNITS_AT_ONCE)
    packed += String.fromCharCode(...(units.length <= UNITS_AT_ONCE ? units : units.slice(from, from + UNITS_AT_ONCE)));
  return packed;

  function packNode(value: Tree, at: SourceNode, keyed: boolean): boolean {
    if (at.uri !== undefined || !put(at.line - firstLine) || !put(at.column)) return false;
    if (keyed) {
      if (at.keyLine === undefined || at.keyColumn === undefined) return false;
      if (!put(at.keyLine - firstLine) || !put(at.keyColumn)) return false;
    } else if (at.keyLine !== undefined) return false;
    if (Array.isArray(value)) return at.fields === undefined && packItems(value, at.items);
    if (isTreeMap(value)) return at.items === undefined && packFields(value, at.fields);
    return at.fields === undefined && at.items === undefined;
  }

  function packItems(values: readonly Tree[], items: SourceNode["items"]): boolean {
    if (items?.length !== values.length) return false;
    for (let index = 0; index < values.length; index++) {
      const [value, item] = [values[index], items[index]];
      if (value === undefined || item === undefined || !packNode(value, item, false)) return false;
    }
    return true;
  }

  function packFields(values: TreeMap, fields: SourceNode["fields"]): boolean {
    if (fields === undefined) return false;
    let count = 0;
    for (const key in values) {
      const [value, field] = [values[key], fields[key]];
      if (value === undefined || field === undefined || !packNode(value, field, true)) return false;
      count++;
    }
    for (const _ in fields) count--;
    return count === 0;
  }

  function put(unit: number): boolean {
    units.push(unit);
    return unit >= 0 && unit <= LARGEST_UNIT;
  }
}

/** The source map that was packed, for the same value and first line. */
export function unpackSource(tree: Tree, packed: string, firstLine: number): SourceNode {
  let next = 0;
  return unpackNode(tree, false);

  function unpackNode(value: Tree, keyed: boolean): SourceNode {
    const line = firstLine + packed.charCodeAt(next++);
    const column = packed.charCodeAt(next++);
    if (!keyed) {
      if (Array.isArray(value)) return { line, column, items: unpackItems(value) };
      return isTreeMap(value) ? { line, column, fields: unpackFields(value) } : { line, column };
    }
    const keyLine = firstLine + packed.charCodeAt(next++);
    const keyColumn = packed.charCodeAt(next++);
    if (Array.isArray(value)) return { line, column, keyLine, keyColumn, items: unpackItems(value) };
    if (isTreeMap(value)) return { line, column, keyLine, keyColumn, fields: unpackFields(value) };
    return { line, column, keyLine, keyColumn };
  }

  function unpackItems(values: readonly Tree[]): SourceNode[] {
    const items: SourceNode[] = [];
    for (const value of values) items.push(unpackNode(value, false));
    return items;
  }

  function unpackFields(values: TreeMap): Record<string, SourceNode> {
    const fields = bareRecord<SourceNode>();
    for (const key in values) fields[key] = unpackNode(values[key] ?? null, true);
    return fields;
  }
}

function isTreeMap(value: Tree): value is TreeMap {
  return typeof value === "object" && value !== null;
}
