import type { Declared, DeclaredMessage, DeclaredRemoval, Origin } from "./declared.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Document } from "./document.ts";
import { fieldPath } from "./field-path.ts";
import { traitsOf } from "./form-traits.ts";
import type { FieldSchema, FieldShape, KindSchema, MessageSchema, ScalarSchema } from "./kind-schema.ts";
import type { Layer } from "./layer.ts";
import { type FindingText, findingAt, keyPlaceOf, placeOf } from "./place.ts";
import type { RawItem, Removal, UnknownField } from "./raw-item.ts";
import { readGroup, readList } from "./read-group.ts";
import { describeValue, readScalar } from "./read-scalar.ts";
import type { SourceNode } from "./source-node.ts";
import { suggestField } from "./suggest-field.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";
import { habitFinding } from "./yaml-habits.ts";

/** What reading one document carries along and gathers. */
export interface DocumentReader {
  readonly origin: Origin;
  readonly removals: Removal[];
  readonly unknown: UnknownField[];
  report(at: SourceNode, text: FindingText): void;
  /** Reports at the key, not at the value. */
  reportKey(at: SourceNode, text: FindingText): void;
  readMessage(tree: TreeMap, at: SourceNode, path: string, schema: MessageSchema): DeclaredMessage;
  /** The value as a scalar or its removal; undefined when there is none or it was reported. `path` is made only when needed. */
  readValue(
    value: Tree,
    at: SourceNode,
    schema: ScalarSchema,
    hidden: boolean,
    path: () => string,
  ): Declared | undefined;
  removal(at: SourceNode, path: string): DeclaredRemoval;
}

/**
 * Reads a document by the schema of its kind. What it can't read is left out and reported: unknown fields, wrong types, values outside their bounds,
 * duplicate members, each at its own place. A value of null is not set.
 */
export function readDocument(
  document: Document,
  layer: Layer,
  schema: KindSchema,
  report: (diagnostic: Diagnostic) => void,
): RawItem {
  const key = { kind: document.kind, name: document.name };
  const reader = documentReader({ item: `${key.kind}/${key.name}`, layer, document }, report);
  const body = reader.readMessage(document.spec, document.source, "", schema.message);
  return { key, layer, document, body, removals: reader.removals, unknown: reader.unknown };
}

function documentReader(origin: Origin, sink: (diagnostic: Diagnostic) => void): DocumentReader {
  const reader: DocumentReader = {
    origin,
    removals: [],
    unknown: [],
    report: (at, text) => sink(findingAt(origin, placeOf({ origin, at }), text)),
    reportKey: (at, text) => sink(findingAt(origin, keyPlaceOf({ origin, at }), text)),
    readMessage: (tree, at, path, schema) => readMessage(reader, tree, at, path, schema),
    readValue(value, at, schema, hidden, path) {
      if (value === null) return undefined;
      const minusOne = value === -1 || (value === "-1" && schema.type !== "string");
      if (value === "!" || (minusOne && schema.negative !== true)) {
        return reader.removal(at, path());
      }
      const reading = readScalar(value, schema);
      if (reading.problem === undefined) {
        const { value: read, habit } = reading;
        if (habit === undefined) return { type: "scalar", value: read, origin, at };
        reader.report(at, habitFinding(habit, path()));
        return { type: "scalar", value: read, habit: habit.found, origin, at };
      }
      const { rule, found, expected, hint } = reading.problem;
      const message = `found ${hidden ? "another value" : found}, expected ${expected}`;
      const shownHint = hidden ? "correct it where it stands: it may be a secret, so it isn't shown here" : hint;
      reader.report(at, { rule, severity: "error", message, field: path(), ...(shownHint && { hint: shownHint }) });
      return undefined;
    },
    removal(at, path) {
      reader.removals.push({ path, location: placeOf({ origin, at }) });
      return { type: "removal", path, origin, at };
    },
  };
  return reader;
}

function readMessage(
  reader: DocumentReader,
  tree: TreeMap,
  at: SourceNode,
  path: string,
  schema: MessageSchema,
): DeclaredMessage {
  const fields: Record<string, Declared> = {};
  let removes = false;
  for (const name in tree) {
    const value = tree[name];
    const place = at.fields?.[name] ?? at;
    const removed = name.startsWith("!") ? schema.fields.get(name.slice(1)) : undefined;
    const field = removed ?? schema.fields.get(name);
    if (field === undefined) {
      reportUnknown(reader, name, value ?? null, place, path, schema);
      continue;
    }
    if (value === undefined || (value === null && removed === undefined)) continue;
    const declared = removed
      ? reader.removal(place, fieldPath(path, removed.name))
      : readField(reader, value, place, path, field, schema);
    if (declared === undefined) continue;
    const other = rivalOf(field, fields, schema);
    if (other !== undefined) {
      reportBoth(reader, other === field.name && removed === undefined ? `!${other}` : other, name, place, path);
      continue;
    }
    removes ||= declared.type === "removal" || ("removes" in declared && declared.removes);
    fields[field.name] = declared;
  }
  return { type: "message", fields, removes, origin: reader.origin, at };
}

/** A field already read that excludes this one: itself in the other spelling, or one of the same group of alternatives. */
function rivalOf(
  field: FieldSchema,
  fields: Readonly<Record<string, Declared>>,
  schema: MessageSchema,
): string | undefined {
  if (fields[field.name] !== undefined) return field.name;
  if (field.oneof === undefined) return undefined;
  return Object.keys(fields).find((each) => schema.fields.get(each)?.oneof === field.oneof);
}

function reportBoth(reader: DocumentReader, first: string, second: string, at: SourceNode, path: string): void {
  reader.reportKey(at, {
    rule: "invalid-value",
    severity: "error",
    message: `found both "${first}" and "${second}", expected one of them`,
    hint: "the first is used; remove one of them",
    field: fieldPath(path, second.replace(/^!/, "")),
  });
}

function readField(
  reader: DocumentReader,
  value: Tree,
  at: SourceNode,
  path: string,
  field: FieldSchema,
  owner: MessageSchema,
): Declared | undefined {
  const { shape } = field;
  const ownPath = () => fieldPath(path, field.name);
  if (shape.type === "scalar") return reader.readValue(value, at, shape.scalar, owner.hasSecret, ownPath);
  if (value === "!" || value === -1) return reader.removal(at, ownPath());
  switch (shape.type) {
    case "any":
      return { type: "tree", value: shape.read?.(value) ?? value, origin: reader.origin, at };
    case "message":
      if (isTreeMap(value)) return reader.readMessage(value, at, ownPath(), shape.message);
      return wrongSort(reader, value, at, shape, ownPath());
    case "map":
      if (isTreeMap(value)) return readGroup(reader, value, at, ownPath(), shape);
      return wrongSort(reader, value, at, shape, ownPath());
    case "strings":
    case "keyed":
      if (Array.isArray(value)) return readGroup(reader, value, at, ownPath(), shape);
      return wrongSort(reader, value, at, shape, ownPath());
    case "list":
      if (Array.isArray(value)) return readList(reader, value, at, ownPath(), shape);
      return wrongSort(reader, value, at, shape, ownPath());
  }
}

function wrongSort(reader: DocumentReader, value: Tree, at: SourceNode, shape: FieldShape, field: string): undefined {
  const hidden = shape.type === "message" && shape.message.hasSecret;
  const { expected, hint } = sortOf(shape, value);
  const message = `found ${hidden ? "something else" : describeValue(value)}, expected ${expected}`;
  reader.report(at, { rule: "wrong-type", severity: "error", message, field, hint });
}

/** What belongs in a field of this shape, and how it is written. */
function sortOf(shape: FieldShape, value: Tree): { readonly expected: string; readonly hint: string } {
  switch (shape.type) {
    case "message": {
      const names = [...shape.message.fields.keys()].slice(0, 3).join(", ");
      const secret = 'write {ref: "file:NAME"} or {ref: "env:BEDPLATE_SECRET_NAME"}';
      const hint = shape.message.hasSecret ? secret : `write its fields below it, one a line, such as ${names}`;
      return { expected: "a record of fields", hint };
    }
    case "map":
      return { expected: "a record of names and texts", hint: "write each as a name and a text below it, one a line" };
    case "keyed":
      return { expected: "a list", hint: `write each member as "- ${shape.key}: …" with its other fields below` };
    case "strings":
      return {
        expected: "a list",
        hint: typeof value === "object" ? 'write each behind a "- "' : `write it as a list: [${describeValue(value)}]`,
      };
    default:
      return { expected: "a list", hint: 'write each member behind a "- "' };
  }
}

function reportUnknown(
  reader: DocumentReader,
  name: string,
  value: Tree,
  at: SourceNode,
  path: string,
  schema: MessageSchema,
): void {
  const field = fieldPath(path, name);
  const kept = schema.hasSecret ? null : value;
  reader.unknown.push({ path: field, value: kept, location: keyPlaceOf({ origin: reader.origin, at }) });
  const near = suggestField(name, schema.fields.keys());
  // Of an item people know the kind, and not what the contract calls its specification.
  const owner = path === "" ? reader.origin.document.kind : schema.name;
  const isOpen = traitsOf(reader.origin.document.form).open?.has(schema.name) === true;
  reader.reportKey(at, {
    rule: "unknown-field",
    severity: isOpen && near === undefined ? "warning" : "error",
    message: `found ${describeValue(name)}, expected a field of ${owner}`,
    hint: near === undefined ? `${owner} has ${[...schema.fields.keys()].join(", ")}` : `did you mean "${near}"?`,
    field,
  });
}
