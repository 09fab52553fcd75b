import {
  type AliasEvent,
  EVENT_ID,
  type Event,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from "js-yaml";
import { anchorTable, type Visited } from "./anchor-table.ts";
import { nextMark, propertiesStart, writtenSpan } from "./event-offsets.ts";
import { compoundKey, duplicateKey, untypedKey } from "./key-problems.ts";
import { LimitExceeded, tooDeep, tooManyNodes } from "./limits.ts";
import { type MergeValue, mergeEntries } from "./merge-entries.ts";
import type { YamlEntry, YamlList, YamlMap, YamlNode } from "./node.ts";
import { resolvePlain } from "./resolve-scalar.ts";
import { type DocumentContext, type ReadCursor, scalarReader } from "./scalar-reader.ts";
import { checkCollectionTag, tagReader } from "./tags.ts";

/** What a document is built from. */
export interface BuildInput extends DocumentContext {
  readonly events: readonly Event[];
  /** True: the events stop at an error, so an empty value at their end says nothing and is left out. */
  readonly cutShort: boolean;
  /** Values built so far in the whole file, and the length of their texts; counted on. */
  readonly visited: Visited;
}

const MERGE = Symbol("merge");
/** Entries from which keys are looked up by a map instead of one by one. */
const MANY_ENTRIES = 8;

/**
 * Builds the nodes of one document from its events and reports everything but syntax: duplicate keys, keys that aren't
 * texts, tags, aliases, merges. Null for an empty document. Throws only LimitExceeded.
 */
export function buildTree(input: BuildInput): YamlNode | null {
  const { text, base, events, lines, limits, problems, visited } = input;
  const document = events[0];
  const first = events[1];
  if (document?.type !== EVENT_ID.DOCUMENT || first === undefined || isNothing(first)) return null;

  const dropped = input.cutShort ? events.findLastIndex((event) => event.type !== EVENT_ID.POP) : -1;
  const cursor: ReadCursor = { readTo: 0 };
  const tagName = tagReader(text, document.directives);
  const readScalar = scalarReader(input, tagName, cursor);
  const anchors = anchorTable(limits, problems, visited);
  let index = 1;
  /** Levels of the node built last. */
  let height = 1;
  return build(1, "");

  function build(depth: number, indicator: string): YamlNode {
    const event = next();
    if (event.type === EVENT_ID.ALIAS) return alias(event, depth);
    if (++visited.count > limits.nodes) throw tooManyNodes(limits, base + offsetOf(event, indicator));
    if (depth > limits.depth) throw tooDeep(limits, base + offsetOf(event, indicator));
    if (event.type === EVENT_ID.SCALAR) {
      height = 1;
      visited.length += event.valueEnd - event.valueStart;
      return event.anchorStart < 0 ? readScalar(event, indicator) : anchored(event, () => readScalar(event, indicator));
    }
    if (event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE) throw new Error("events out of order");
    cursor.readTo = Math.max(cursor.readTo, event.start);
    if (event.tagStart >= 0) {
      checkCollectionTag(tagName(event), event.type === EVENT_ID.MAPPING ? "a map" : "a list", (problem) =>
        problems.add({ ...problem, offset: base + event.tagStart }),
      );
    }
    const collection = event.type === EVENT_ID.MAPPING ? map : list;
    return event.anchorStart < 0 ? collection(event, depth) : anchored(event, () => collection(event, depth));
  }

  function next(): Event {
    const event = events[index++];
    if (event === undefined) throw new Error("events out of order");
    return event;
  }

  function anchored(event: ScalarEvent | MappingEvent | SequenceEvent, make: () => YamlNode): YamlNode {
    const name = text.slice(event.anchorStart, event.anchorEnd);
    // The node itself is counted already.
    const before = visited.count - 1;
    const lengthBefore = visited.length - (event.type === EVENT_ID.SCALAR ? event.valueEnd - event.valueStart : 0);
    anchors.open(name);
    const node = make();
    anchors.set(name, { node, size: visited.count - before, length: visited.length - lengthBefore, height });
    return node;
  }

  function alias(event: AliasEvent, depth: number): YamlNode {
    const [start, end] = [event.anchorStart - 1, event.anchorEnd];
    cursor.readTo = end;
    const target = anchors.resolve(text.slice(event.anchorStart, end), base + start, depth);
    height = target?.height ?? 1;
    if (target !== undefined) return target.node;
    const written = text.slice(start, end);
    const position = lines.locate(base + start);
    return { kind: "scalar", value: written, text: written, style: "plain", position, start, end };
  }

  function list(event: MappingEvent | SequenceEvent, depth: number): YamlList {
    const position = lines.locate(base + event.start);
    const items: YamlNode[] = [];
    let tallest = 0;
    while (events[index]?.type !== EVENT_ID.POP) {
      if (isDropped()) continue;
      items.push(build(depth + 1, "-"));
      tallest = Math.max(tallest, height);
    }
    index++;
    height = tallest + 1;
    return { kind: "list", items, position };
  }

  function map(event: MappingEvent | SequenceEvent, depth: number): YamlMap {
    const position = lines.locate(base + event.start);
    const entries: YamlEntry[] = [];
    const merged: MergeValue[] = [];
    let byKey: Map<string, YamlEntry> | undefined;
    let tallest = 0;
    while (events[index]?.type !== EVENT_ID.POP) {
      const offset = base + offsetOf(events[index], ":");
      const key = readKey(depth);
      if (isDropped()) continue;
      if (key === MERGE) {
        merged.push({ node: build(depth + 1, ":"), offset });
      } else {
        const keyPosition = lines.locate(offset);
        const value = build(depth + 1, ":");
        const earlier = byKey === undefined ? find(entries, key) : byKey.get(key);
        if (earlier === undefined) {
          const entry: YamlEntry = { key, keyPosition, value };
          entries.push(entry);
          byKey?.set(key, entry);
          if (entries.length === MANY_ENTRIES) byKey = new Map(entries.map((each) => [each.key, each]));
        } else {
          problems.add(duplicateKey(key, offset, earlier.keyPosition));
        }
      }
      tallest = Math.max(tallest, height);
    }
    index++;
    height = tallest + 1;
    if (merged.length > 0) mergeEntries(entries, merged, problems);
    return { kind: "map", entries, position };
  }

  /** Passes over the empty value at which a broken document was cut. */
  function isDropped(): boolean {
    const event = events[index];
    if (index !== dropped || event?.type !== EVENT_ID.SCALAR || event.valueStart >= 0) return false;
    index++;
    return true;
  }

  /** Where the key or value of an event stands; an empty one at its mark. */
  function offsetOf(event: Event | undefined, mark: string): number {
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        if (event.valueStart < 0) return propertiesStart(event) ?? nextMark(text, cursor.readTo, mark) ?? cursor.readTo;
        return event.style === SCALAR_STYLE.PLAIN ? event.valueStart : writtenSpan(text, event)[0];
      case EVENT_ID.ALIAS:
        return event.anchorStart - 1;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return event.start;
      default:
        return cursor.readTo;
    }
  }

  function readKey(depth: number): string | typeof MERGE {
    const event = events[index];
    const start = offsetOf(event, ":");
    if (event?.type === EVENT_ID.SCALAR) {
      const length = event.valueEnd - event.valueStart;
      if (length > limits.keyLength) {
        throw new LimitExceeded(`found a key of ${length} characters, expected at most ${limits.keyLength}`, {
          offset: base + start,
          hint: "shorten the key",
          wholeFile: false,
        });
      }
      // Most keys by far.
      if (event.fast && event.style === SCALAR_STYLE.PLAIN && event.tagStart < 0 && event.anchorStart < 0) {
        index++;
        cursor.readTo = event.valueEnd;
        visited.length += length;
        const written = text.slice(event.valueStart, event.valueEnd);
        if (written === "<<") return MERGE;
        if (typeof resolvePlain(written) !== "string") problems.add(untypedKey(written, base + start));
        return written;
      }
    }
    const before = visited.count;
    const node = build(depth + 1, "?");
    if (node.kind === "scalar") {
      // A key is no value of its own; an alias is charged all the same.
      if (event?.type !== EVENT_ID.ALIAS) visited.count = before;
      if (typeof node.value !== "string" || node.inexact) problems.add(untypedKey(node.text, base + start));
      return node.text;
    }
    problems.add(compoundKey(node.kind, text, start, base + start));
    const end = Math.max(cursor.readTo, start + 1);
    const closing = /^\s*[\]}]+/.exec(text.slice(end, end + limits.depth))?.[0] ?? "";
    return (text.slice(start, end) + closing).replace(/\s+/g, " ").slice(0, limits.keyLength);
  }
}

function find(entries: readonly YamlEntry[], key: string): YamlEntry | undefined {
  for (const entry of entries) if (entry.key === key) return entry;
  return undefined;
}

/** An empty value without an anchor or a tag; or the end of the document. */
function isNothing(event: Event): boolean {
  if (event.type !== EVENT_ID.SCALAR) return event.type === EVENT_ID.POP;
  return event.valueStart < 0 && event.tagStart < 0 && event.anchorStart < 0;
}
