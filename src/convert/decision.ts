import type { Diagnostic, SourceLocation } from "../design/diagnostic.ts";
import type { Conversion, Document } from "../design/document.ts";
import { FieldPathError, parseFieldPath } from "../design/field-path.ts";
import type { SourceNode } from "../design/source-node.ts";
import { isTreeMap, type Tree } from "../design/tree.ts";

/**
 * Something a conversion decided: a word or field rewritten, a value substituted, dropped or derived. `field` is a path in the item's terms, empty for the
 * document or file as a whole; kind and name are empty where it is about no one item.
 */
export interface Decision {
  readonly field: string;
  readonly message: string;
  readonly kind: string;
  readonly name: string;
  readonly location: SourceLocation;
}

/** What the reader of a document recorded as done to it, and what is said of the fields given. */
export function decisionsAbout(document: Document, others: readonly Conversion[]): readonly Decision[] {
  const { kind, name, conversions } = document;
  if (conversions.length + others.length === 0) return [];
  // Places are unpacked whenever they are asked for.
  const { source } = document;
  return [...conversions, ...others].map(({ field, message, location }) => ({
    ...{ field, message, kind, name, location: location ?? placeIn(document, source, field) },
  }));
}

/** A notice or warning of a reader, as what it is for a conversion: something dropped, derived or taken for something else. */
export function decisionOfFinding(finding: Diagnostic, uri: string): Decision {
  const { field = "", message, hint, kind = "", name = "", location = { uri, line: 1, column: 1 } } = finding;
  return { field, message: hint === undefined ? message : `${message}; ${hint}`, kind, name, location };
}

/** The place of a field in a document, or of the nearest thing around it. */
function placeIn({ location, spec }: Document, source: SourceNode, field: string): SourceLocation {
  let at: SourceNode = source;
  let value: Tree | undefined = spec;
  let uri = location.uri;
  let isRoot = true;
  for (const step of stepsOf(field)) {
    const next: SourceNode | undefined =
      typeof step === "number"
        ? at.items?.[step]
        : (at.fields?.[step] ?? at.fields?.[`!${step}`] ?? at.items?.[memberIndex(value, step)]);
    if (next === undefined) break;
    if (isTreeMap(value)) value = value[step];
    else if (Array.isArray(value)) value = value[typeof step === "number" ? step : memberIndex(value, step)];
    at = next;
    uri = next.uri ?? uri;
    isRoot = false;
  }
  if (isRoot) return location;
  return { uri, line: at.keyLine ?? at.line, column: at.keyColumn ?? at.column };
}

function stepsOf(field: string): readonly (string | number)[] {
  if (field === "") return [];
  try {
    return parseFieldPath(field).map((step) =>
      step.type === "index" ? step.index : step.type === "field" ? step.name : step.key,
    );
  } catch (error) {
    if (error instanceof FieldPathError) return [];
    throw error;
  }
}

/** The member of a list that a key names: a text, or a record that has it as one of its values. */
function memberIndex(list: Tree | undefined, key: string): number {
  if (!Array.isArray(list)) return -1;
  return list.findIndex((member: Tree) => (isTreeMap(member) ? Object.values(member) : [member]).includes(key));
}
