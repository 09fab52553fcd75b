import type { SourcePosition, YamlEntry, YamlList, YamlMap, YamlNode } from "../../yaml/node.ts";

/** One thing that was done to a value on its way into a document. `at` is where what it speaks of was written. */
export interface Step {
  readonly does: "inherits" | "overrides" | "substitutes";
  readonly message: string;
  readonly at: SourcePosition;
}

/**
 * A place that knows which document it is in and what was done to the value that stands there. Whatever rewrites nodes copies places whole, so that what is
 * noted here comes out in the source map.
 */
export interface TracedPosition extends SourcePosition {
  /** The document, in words; absent where only that document has the value. */
  readonly of?: string;
  /** What was done, in order. */
  readonly steps?: readonly Step[];
  /** Present when the value is nobody's to see. */
  readonly sealed?: true;
}

/** What is known of a place beyond its line; undefined of one that nothing was noted on. */
export function traceOf(position: object): TracedPosition | undefined {
  return "of" in position || "steps" in position || "sealed" in position ? (position as TracedPosition) : undefined;
}

/** Behind this many steps the earliest are forgotten: nobody reads them, and chains of documents may be long. */
const MOST_STEPS = 32;

/** The same value with more steps behind those it has. */
export function withSteps(node: YamlNode, ...more: readonly Step[]): YamlNode {
  const steps = [...stepsOf(node.position), ...more].slice(-MOST_STEPS);
  return { ...node, position: noted(node.position, { steps }) };
}

/** Mappings and lists of more than this keep their steps to themselves, so that no step is noted thousands of times. */
const MOST_PARTS = 100;

/** A mapping whose parts have its steps, and it has none: one of them is about to be another one's. */
export function scatteredMap(map: YamlMap): YamlMap {
  const steps = stepsOf(map.position);
  if (steps.length === 0 || map.entries.length > MOST_PARTS) return map;
  const entries = map.entries.map((entry) => ({ ...entry, value: withSteps(entry.value, ...steps) }));
  return { ...map, entries, position: noted(map.position, { steps: nothing }) };
}

/** The same for a list. */
export function scatteredList(list: YamlList): YamlList {
  const steps = stepsOf(list.position);
  if (steps.length === 0 || list.items.length > MOST_PARTS) return list;
  const items = list.items.map((item) => withSteps(item, ...steps));
  return { ...list, items, position: noted(list.position, { steps: nothing }) };
}

function noted(position: SourcePosition, more: Partial<TracedPosition>): SourcePosition {
  return { ...position, ...more };
}

/** What was done to the value at a place. */
export function stepsOf(position: SourcePosition): readonly Step[] {
  return traceOf(position)?.steps ?? nothing;
}

const nothing: readonly Step[] = [];

/** The same value, not to be seen by anybody, nor any part of it. */
export function sealedNode(node: YamlNode): YamlNode {
  const position = noted(node.position, { sealed: true });
  switch (node.kind) {
    case "scalar":
      return { ...node, position };
    case "list":
      return { ...node, items: node.items.map(sealedNode), position };
    case "map":
      return {
        ...node,
        entries: node.entries.map((entry) => ({ ...entry, value: sealedNode(entry.value) })),
        position,
      };
  }
}

/** Where a text stands in its file. */
export interface TextPlace {
  readonly uri: string;
  /** The line of the file on which the text begins. */
  readonly firstLine: number;
}

/**
 * A value read from a text of its own, at its places in the file. With `of`, the document in words, each place knows its file and document, as it must where other
 * documents take the value. What is shared stays shared.
 */
export function placedIn(root: YamlNode, { uri, firstLine }: TextPlace, of: string | undefined): YamlNode {
  const done = new Map<YamlNode, YamlNode>();
  const lines = firstLine - 1;
  const move = ({ line, column }: SourcePosition): SourcePosition =>
    of === undefined ? { line: line + lines, column } : noted({ line: line + lines, column, uri }, { of });
  const entryOf = ({ key, keyPosition, value }: YamlEntry): YamlEntry => ({
    key,
    keyPosition: move(keyPosition),
    value: visit(value),
  });
  return lines === 0 && of === undefined ? root : visit(root);

  function visit(node: YamlNode): YamlNode {
    const position = move(node.position);
    if (node.kind === "scalar") {
      const { value, text, style, start, end, inexact } = node;
      const scalar = { kind: node.kind, value, text, style, position, start, end };
      return inexact === undefined ? scalar : { ...scalar, inexact };
    }
    const known = done.get(node);
    if (known !== undefined) return known;
    const result: YamlNode =
      node.kind === "list"
        ? { kind: "list", items: node.items.map(visit), position }
        : { kind: "map", entries: node.entries.map(entryOf), position };
    done.set(node, result);
    return result;
  }
}
