import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { PathStep } from "../../design/field-path.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import { treeAt } from "../../design/schema-path.ts";
import { rackOf } from "../../design/selector.ts";
import { isTreeMap, type Tree } from "../../design/tree.ts";
import { failure } from "../../mesh/failure.ts";
import { suggest } from "../../text/suggest.ts";
import { type Candidate, itemLabels, LABEL_FIELDS } from "./candidate.ts";
import { parsePath, targetsOf } from "./field-selection.ts";
import { NODE_STATE_FIELDS, nodeStateTree } from "./node-state.ts";
import { compareOrderValues, compareTexts, type OrderValue, orderValue } from "./order-value.ts";

const MOST_TERMS = 4;
const ROOTS = ["kind", "name", "rack", "spec", "labels", "status", "design_changed"];

/** The place of an item in an ordered list. */
export interface OrderedPlace {
  readonly values: readonly OrderValue[];
  readonly kind: string;
  readonly name: string;
}

/** An order of items: by the values of some fields, then by kind and name. */
export interface ItemOrder {
  /** Whether nothing but kind and name decides. */
  readonly isPlain: boolean;
  /** Fields of the specification that it looks at. */
  readonly fields: readonly string[];
  readonly usesState: boolean;
  placeOf(candidate: Candidate): OrderedPlace;
  compare(one: OrderedPlace, other: OrderedPlace): number;
}

interface Term {
  readonly descending: boolean;
  readonly fields?: readonly string[];
  readonly usesState?: boolean;
  valueOf(candidate: Candidate): Tree | undefined;
}

/**
 * Reads an order such as `spec.metadata.rack, name desc`; `kind` is the kind it is about, empty for any. Throws INVALID_ARGUMENT for what isn't one, and for a
 * field that no such kind has.
 */
export function parseOrder(text: string, kind: string, kinds: ReadonlyMap<string, KindSchema>): ItemOrder {
  const parts = text.trim() === "" ? [] : splitTerms(text);
  if (parts.length > MOST_TERMS) throw fault(`expected at most ${MOST_TERMS} fields`, "leave some out");
  const terms = parts.map((part) => parseTerm(part, kind, kinds));
  return {
    isPlain: terms.length === 0,
    fields: terms.flatMap(({ fields }) => fields ?? []),
    usesState: terms.some((term) => term.usesState),
    placeOf: (candidate) => ({
      values: terms.map((term) => orderValue(term.valueOf(candidate))),
      kind: candidate.kind,
      name: candidate.name,
    }),
    compare(one, other) {
      for (const [index, { descending }] of terms.entries()) {
        const by = compareOrderValues(one.values[index] ?? null, other.values[index] ?? null, descending);
        if (by !== 0) return by;
      }
      return compareTexts(one.kind, other.kind) || compareTexts(one.name, other.name);
    },
  };
}

/** Splits at commas that are in no key. */
function splitTerms(text: string): readonly string[] {
  const terms = [""];
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[\s\S]/g)) {
    if (piece === ",") terms.push("");
    else terms[terms.length - 1] += piece;
  }
  return terms;
}

function parseTerm(part: string, kind: string, kinds: ReadonlyMap<string, KindSchema>): Term {
  const [, path = "", direction = "asc"] = /^\s*(.*?)(?:\s+(asc|desc))?\s*$/is.exec(part) ?? [];
  const steps = parsePath(path, "order_by");
  const descending = direction.toLowerCase() === "desc";
  const [root, ...rest] = steps;
  const name = root?.type === "field" ? root.name : "";
  switch (name) {
    case "kind":
    case "name":
      return { descending, valueOf: single(name, rest, (candidate) => candidate[name]) };
    case "rack":
      return { descending, fields: ["metadata"], valueOf: single(name, rest, ({ tree }) => rackOf(tree)) };
    case "design_changed":
      return { descending, usesState: true, valueOf: single(name, rest, ({ state }) => state?.designChanged) };
    case "labels":
      return { descending, fields: LABEL_FIELDS, valueOf: labelAt(rest) };
    case "status":
      return { descending, usesState: true, valueOf: stateAt(rest) };
    case "spec":
      return { descending, ...specAt(rest, kind, kinds) };
    default: {
      const isField = [...kinds.values()].some(({ message }) => message.fields.has(name));
      const near = isField ? `spec.${path}` : suggest(name, ROOTS);
      throw fault(
        `there is nothing called ${JSON.stringify(name)} to order by${near === undefined ? "" : `; did you mean ${near}?`}`,
        `order by ${ROOTS.join(", ")} or parts of them, such as spec.metadata.rack`,
      );
    }
  }
}

function single(name: string, rest: readonly PathStep[], read: Term["valueOf"]): Term["valueOf"] {
  if (rest.length > 0) throw fault(`${name} is a single value and has no parts`, `order by ${name}`);
  return read;
}

function labelAt(rest: readonly PathStep[]): Term["valueOf"] {
  const [step, ...more] = rest;
  const key = step?.type === "field" ? step.name : step?.type === "key" ? step.key : undefined;
  if (key === undefined || more.length > 0) throw fault("expected one label", 'order by a label such as labels["use"]');
  return ({ tree }) => itemLabels(tree).get(key);
}

function stateAt(rest: readonly PathStep[]): Term["valueOf"] {
  const [field] = rest;
  const name = field?.type === "field" ? field.name : "";
  if (!NODE_STATE_FIELDS.includes(name)) {
    const near = suggest(name, NODE_STATE_FIELDS);
    const guess = near === undefined ? "" : `; did you mean status.${near}?`;
    throw fault(`status has no field ${JSON.stringify(name)}${guess}`, `it has ${NODE_STATE_FIELDS.join(", ")}`);
  }
  return ({ name: node, state }) => {
    let value: Tree | undefined = state && nodeStateTree(node, state);
    for (const step of rest) value = partOf(value, step);
    return value;
  };
}

/** Conditions are addressed by their type. */
function partOf(value: Tree | undefined, step: PathStep): Tree | undefined {
  if (step.type === "index") return Array.isArray(value) ? value[step.index] : undefined;
  const key = step.type === "field" ? step.name : step.key;
  if (Array.isArray(value)) return value.find((member: Tree) => isTreeMap(member) && member.type === key);
  return isTreeMap(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function specAt(rest: readonly PathStep[], kind: string, kinds: ReadonlyMap<string, KindSchema>) {
  const [field] = rest;
  if (field === undefined || field.type === "index") {
    throw fault("expected a field of spec", "order by one, such as spec.metadata.rack");
  }
  const targets = targetsOf(rest, kind, kinds, "order_by");
  return {
    fields: [field.type === "field" ? field.name : field.key],
    valueOf({ kind: itemKind, tree }: Candidate) {
      const target = targets.get(itemKind);
      const schema = kinds.get(itemKind);
      return target && schema && treeAt(tree, target.trail, schema.message);
    },
  };
}

function fault(message: string, hint: string) {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, { fieldPath: "order_by", hint });
}
