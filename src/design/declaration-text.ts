import { keyText, scalarText } from "../text/yaml-scalar.ts";
import type { SourceLocation } from "./diagnostic.ts";
import type { SourceNode } from "./source-node.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** A declaration that came from no file. */
export interface BareDeclaration {
  readonly kind: string;
  readonly name: string;
  readonly spec: TreeMap;
}

/** A declaration as text, and where in it everything stands. */
export interface DeclarationText {
  readonly text: string;
  readonly location: SourceLocation;
  readonly source: SourceNode;
}

/** The uri of a declaration of a layer that came from no file. */
export function declarationUri(layer: string, { kind, name }: Pick<BareDeclaration, "kind" | "name">): string {
  return `api:${layer}/${kind}/${name}`;
}

/**
 * A declaration as a document of Bedplate's own form, its names in the order of their characters: the same declaration gives the same text. What is told of a
 * declaration that came from no file is told of the lines of this one.
 */
export function declarationText({ kind, name, spec }: BareDeclaration, uri: string): DeclarationText {
  const lines = ["apiVersion: bedplate/v1", `kind: ${keyText(kind)}`, "metadata:", `  name: ${keyText(name)}`];
  const key = kind.includes(".") ? { keyLine: 2, keyColumn: 7 } : { keyLine: 4, keyColumn: 9 };
  const source = writeValue("spec:", spec, 0, lines);
  return { text: `${lines.join("\n")}\n`, location: { uri, line: 1, column: 1 }, source: { ...source, ...key } };
}

/** A tree with the names of all its records in the order of their characters. */
export function inOrderOfNames<Value extends Tree>(value: Value): Value;
export function inOrderOfNames(value: Tree): Tree {
  if (Array.isArray(value)) return value.map((member: Tree) => inOrderOfNames(member));
  if (!isTreeMap(value)) return value;
  const sorted: Record<string, Tree> = Object.create(null);
  for (const name of Object.keys(value).sort()) sorted[name] = inOrderOfNames(value[name] ?? null);
  return sorted;
}

const STEP = 2;
/** Keys beyond this need a mark of their own in front. */
const LONGEST_KEY = 1000;

/** Writes what follows a key or a dash; gives its place, and those of its parts. */
function writeValue(before: string, value: Tree, indent: number, lines: string[]): SourceNode {
  if (isEmpty(value) || typeof value !== "object" || value === null) {
    const place = { line: lines.length + 1, column: points(before) + 2 };
    const isText = typeof value !== "object" || value === null;
    const { line, block = [] } = isText
      ? scalarText(value, STEP)
      : { line: Array.isArray(value) ? "[]" : "{}", block: [] };
    lines.push(`${before} ${line}`);
    const margin = " ".repeat(indent + STEP);
    for (const each of block) lines.push(each === "" ? "" : margin + each);
    if (isText) return place;
    return Array.isArray(value) ? { ...place, items: [] } : { ...place, fields: bare() };
  }
  lines.push(before);
  return writeParts(value, indent + STEP, lines);
}

function writeParts(value: Tree, indent: number, lines: string[]): SourceNode {
  const place = { line: lines.length + 1, column: indent + 1 };
  if (Array.isArray(value)) return { ...place, items: value.map((member: Tree) => writeMember(member, indent, lines)) };
  const fields = bare();
  const record = isTreeMap(value) ? value : {};
  for (const name of Object.keys(record).sort()) fields[name] = writeEntry(name, record[name] ?? null, indent, lines);
  return { ...place, fields };
}

function writeEntry(name: string, value: Tree, indent: number, lines: string[]): SourceNode {
  const margin = " ".repeat(indent);
  const key = keyText(name);
  const isLong = key.length > LONGEST_KEY;
  const keyPlace = { keyLine: lines.length + 1, keyColumn: indent + 1 + (isLong ? STEP : 0) };
  if (isLong) lines.push(`${margin}? ${key}`);
  const place = writeValue(isLong ? `${margin}:` : `${margin}${key}:`, value, indent, lines);
  return { ...place, ...keyPlace };
}

function writeMember(member: Tree, indent: number, lines: string[]): SourceNode {
  const margin = " ".repeat(indent);
  if (isEmpty(member) || typeof member !== "object" || member === null)
    return writeValue(`${margin}-`, member, indent, lines);
  const start = lines.length;
  const place = writeParts(member, indent + STEP, lines);
  // The first part stands behind the dash.
  lines[start] = `${margin}- ${(lines[start] ?? "").slice(indent + STEP)}`;
  return place;
}

function isEmpty(value: Tree): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function bare(): Record<string, SourceNode> {
  return Object.create(null);
}

function points(text: string): number {
  return [...text].length;
}
