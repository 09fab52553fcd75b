import { keyText, scalarText } from "../text/yaml-scalar.ts";

/** A single value to be written. */
export interface WrittenScalar {
  readonly type: "scalar";
  readonly value: string | number | boolean | null;
}

/** A mapping to be written, in the order of its entries. */
export interface WrittenMap {
  readonly type: "map";
  readonly entries: readonly WrittenEntry[];
}

/** A list to be written. */
export interface WrittenList {
  readonly type: "list";
  readonly items: readonly WrittenItem[];
}

/** Something to be written as YAML, with its comments. */
export type WrittenNode = WrittenScalar | WrittenMap | WrittenList;

/** Comments about one entry or member, each with its `#`, on one line: those on lines above it, and the one behind it. */
export interface Remarks {
  readonly above: string[];
  behind?: string;
}

/** An entry of a mapping and its comments. */
export interface WrittenEntry extends Remarks {
  readonly key: string;
  readonly value: WrittenNode;
}

/** A member of a list and its comments. A comment behind a member with parts stands above it. */
export interface WrittenItem extends Remarks {
  readonly value: WrittenNode;
}

const STEP = 2;
/** Keys beyond this need a mark of their own in front. */
const LONGEST_KEY = 1000;

/** Writes a mapping or list as lines of YAML in block style, each indented by so many blanks. Reads back as the same value. */
export function writeYaml(node: WrittenMap | WrittenList, indent = 0): string[] {
  const lines: string[] = [];
  writeParts(node, indent, lines);
  return lines;
}

function writeParts(node: WrittenMap | WrittenList, indent: number, lines: string[]): void {
  const margin = " ".repeat(indent);
  if (node.type === "map") for (const entry of node.entries) writeEntry(entry, indent, margin, lines);
  else for (const item of node.items) writeItem(item, indent, margin, lines);
}

function writeEntry(entry: WrittenEntry, indent: number, margin: string, lines: string[]): void {
  for (const remark of entry.above) lines.push(margin + remark);
  const key = keyText(entry.key);
  if (key.length <= LONGEST_KEY) writeValue(`${margin}${key}:`, entry, indent, lines);
  else {
    lines.push(`${margin}? ${key}`);
    writeValue(`${margin}:`, entry, indent, lines);
  }
}

function writeItem(item: WrittenItem, indent: number, margin: string, lines: string[]): void {
  for (const remark of item.above) lines.push(margin + remark);
  const { value } = item;
  if (isEmpty(value) || value.type === "scalar") {
    writeValue(`${margin}-`, item, indent, lines);
    return;
  }
  if (item.behind !== undefined) lines.push(margin + item.behind);
  const start = lines.length;
  writeParts(value, indent + STEP, lines);
  // The first part that is no comment stands behind the dash; comments above it would stand between.
  const first = lines.findIndex((line, index) => index >= start && !line.trimStart().startsWith("#"));
  if (first > start) lines.splice(start, 0, `${margin}-`);
  else lines[start] = `${margin}- ${(lines[start] ?? "").slice(indent + STEP)}`;
}

/** Writes what follows a key or a dash. */
function writeValue(
  before: string,
  { value, behind }: WrittenEntry | WrittenItem,
  indent: number,
  lines: string[],
): void {
  const remark = behind === undefined ? "" : ` ${behind}`;
  if (value.type === "scalar") {
    const { line, block } = scalarText(value.value, STEP);
    lines.push(`${before} ${line}${remark}`);
    const margin = " ".repeat(indent + STEP);
    for (const each of block ?? []) lines.push(each === "" ? "" : margin + each);
  } else if (isEmpty(value)) lines.push(`${before} ${value.type === "map" ? "{}" : "[]"}${remark}`);
  else {
    lines.push(before + remark);
    writeParts(value, indent + STEP, lines);
  }
}

function isEmpty(node: WrittenNode): boolean {
  return node.type === "map" ? node.entries.length === 0 : node.type === "list" && node.items.length === 0;
}
