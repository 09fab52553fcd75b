import { suggest } from "../../text/suggest.ts";
import type { SourcePosition, YamlEntry, YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { isNothing } from "../reading/map-draft.ts";
import { type DataPath, type PathStep, parseDataPath, showPath } from "./data-path.ts";
import { type Fault, RenderFault } from "./fault.ts";
import { areEqual } from "./python-value.ts";
import type { Action, PlacedText } from "./raw-document.ts";
import { type Step, scatteredMap, stepsOf, traceOf, withSteps } from "./traced-position.ts";
import { firstAt, type Writing, writeAt } from "./tree-places.ts";

/** A child to be layered onto the data of its parent. */
export interface Layering {
  /** The parent's rendered data. */
  readonly parent: YamlNode;
  /** What is noted on the parts that come from the parent. */
  readonly inherited: Step;
  /** The child's own data, as written. */
  readonly own: YamlNode;
  readonly actions: readonly Action[];
  /** The child's file. */
  readonly uri: string;
  /** Told of what Deckhand does otherwise. */
  note(fault: Fault): void;
}

const methods: readonly string[] = ["merge", "replace", "delete"];

/**
 * The data of a child: a copy of its parent's, changed by its actions in their order, each of which takes the child's own data at its path. What no action names
 * is lost. Throws the fault of the first action that can't be done.
 */
export function applyActions(layering: Layering): YamlNode {
  let result = withOrigins(layering.parent, layering.inherited);
  for (const action of layering.actions) result = applyAction(result, action, layering);
  return result;
}

function applyAction(result: YamlNode, { method, path }: Action, { own, uri, note }: Layering): YamlNode {
  if (!methods.includes(method.text)) {
    const near = suggest(method.text, methods);
    throw new RenderFault({
      rule: "unsupported-action-method",
      message: `found the method ${quoteText(method.text)}, expected ${methods.join(", ")}`,
      hint: near === undefined ? "use one of them" : `did you mean ${near}?`,
      at: method.at,
    });
  }
  const steps = actionPath(path, note);
  const writing = (change: Writing["change"]): Writing => ({
    steps,
    at: { ...path.at, uri },
    change,
    guide: own,
    refuse: (message) =>
      new RenderFault({
        rule: "invalid-path",
        message: `${message}, in what the parent gives`,
        hint: "correct the path, or replace what is above it",
        at: path.at,
      }),
  });
  if (method.text === "delete") return removeAt(result, steps, path, writing, note);
  const value = firstAt(own, steps);
  if (value === undefined || isNothing(value)) {
    throw missingKey(
      path,
      `found nothing at ${showPath(steps)} of the document's own data, expected a value to ${method.text}`,
      {
        hint: "write the value below data:, or remove the action",
        related: [{ message: "the document's own data begin here", at: own.position }],
      },
    );
  }
  const merged =
    method.text === "merge"
      ? (old: YamlNode | undefined) => merge(old, value)
      : (old: YamlNode | undefined) => overriding(old, value);
  return writeAt(result, writing(merged)) ?? value;
}

function removeAt(
  result: YamlNode,
  steps: readonly PathStep[],
  path: PlacedText,
  writing: (change: Writing["change"]) => Writing,
  note: Layering["note"],
): YamlNode {
  if (steps.length === 0) return { kind: "map", entries: [], position: writing(() => undefined).at };
  const value = firstAt(result, steps);
  if (value === undefined || isNothing(value)) {
    throw missingKey(path, `found nothing at ${showPath(steps)} in what the parent gives, expected a value to delete`, {
      hint: "correct the path, or remove the action",
    });
  }
  if (firstEqual(result, value) !== value) {
    note({
      rule: "deckhand-differs",
      severity: "info",
      message: `found a value at ${showPath(steps)} that stands elsewhere, too; Deckhand deletes the first of them, here the one of this path is`,
      hint: "merge or replace what is above it, to have the same everywhere",
      at: path.at,
    });
  }
  return (
    writeAt(
      result,
      writing(() => undefined),
    ) ?? result
  );
}

/** The first of all values in data that equals one, parts of a value before what follows it. */
function firstEqual(node: YamlNode, wanted: YamlNode): YamlNode | undefined {
  const members =
    node.kind === "scalar" ? [] : node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
  for (const member of members) {
    if (member === wanted || areEqual(member, wanted)) return member;
    const inside = firstEqual(member, wanted);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function missingKey(path: PlacedText, message: string, rest: Pick<Fault, "hint" | "related">): RenderFault {
  return new RenderFault({ rule: "missing-document-key", message, at: path.at, ...rest });
}

/** Mappings are merged key by key; anything else the child says takes the place of what was there. */
function merge(old: YamlNode | undefined, value: YamlNode): YamlNode {
  if (old?.kind !== "map" || value.kind !== "map") return overriding(old, value);
  const own = new Map(value.entries.map((entry) => [entry.key, entry]));
  const entries: YamlEntry[] = scatteredMap(old).entries.map((entry) => {
    const mine = own.get(entry.key);
    own.delete(entry.key);
    return mine === undefined ? entry : { ...mine, value: merge(entry.value, mine.value) };
  });
  for (const entry of own.values()) entries.push(entry);
  return { kind: "map", entries, position: value.position } satisfies YamlMap;
}

/** A value that takes the place of another one, which is noted. */
export function overriding(old: YamlNode | undefined, value: YamlNode): YamlNode {
  if (old === undefined || old === value || isNothing(old) || (old.kind === "map" && old.entries.length === 0))
    return value;
  const before = stepsOf(old.position).filter(({ does }) => does === "overrides");
  // What an action has put there already.
  if (isSamePlace(old.position, value.position)) return withSteps(value, ...before);
  const of = traceOf(old.position)?.of;
  const step: Step = {
    does: "overrides",
    message: of === undefined ? "overrides the document's own value" : `overrides the value of ${of}`,
    at: old.position,
  };
  return withSteps(value, ...before, step);
}

function isSamePlace(a: SourcePosition, b: SourcePosition): boolean {
  return a.line === b.line && a.column === b.column && a.uri === b.uri;
}

/** Notes on each part of a parent's data that it is inherited. What is done to them goes on from there. */
function withOrigins(parent: YamlNode, inherited: Step): YamlNode {
  if (parent.kind !== "map") return parent;
  return {
    ...parent,
    entries: parent.entries.map((entry) => ({ ...entry, value: withSteps(entry.value, inherited) })),
  };
}

/** The path of an action: relative to the data, whether it begins with `.data` or not. */
function actionPath(path: PlacedText, note: Layering["note"]): readonly PathStep[] {
  const differs = (severity: "info" | "warning", message: string, hint: string) =>
    note({ rule: "deckhand-differs", severity, message, hint, at: path.at });
  if (path.text === "$") {
    differs(
      "warning",
      "found the path $, with which Deckhand does nothing; here it is the whole of the data",
      'write "."',
    );
  }
  const [prefix, rest] = splitPrefix(path.text);
  if (prefix === "" && /^\$?\.data[^.[]/.test(path.text)) {
    differs(
      "info",
      `found the path ${quoteText(path.text)}, from which Deckhand cuts ".data"; here it is read as written`,
      "write $['…'] around its first key",
    );
  }
  const read: DataPath = parseDataPath(rest);
  if (read.steps === undefined) {
    throw new RenderFault({
      rule: "invalid-path",
      message: read.message,
      hint: 'write a path such as ".a.b[0]", or "."',
      at: path.at,
    });
  }
  if (read.steps.some(({ type }) => type === "all")) {
    differs(
      "info",
      "found [*], which takes the first match of the document and writes it to every one of the parent",
      "name the members, one action for each",
    );
  }
  return read.steps;
}

function splitPrefix(text: string): readonly [prefix: string, rest: string] {
  const [prefix] = /^\$?\.data(?=$|[.[])/.exec(text) ?? [];
  if (prefix === undefined) return ["", text];
  const rest = text.slice(prefix.length);
  return [prefix, rest === "" ? "." : rest];
}
