import {
  type AliasEvent,
  type DocumentEvent,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from "js-yaml";
import { type AnchorTable, anchorTable } from "./anchor-table.ts";
import { emptyValueOffset, writtenSpan } from "./event-offsets.ts";
import { LimitExceeded, type YamlLimits } from "./limits.ts";
import type { LineTable } from "./line-table.ts";
import { mergeEntries } from "./merge-entries.ts";
import type { SourcePosition, YamlEntry, YamlMap, YamlNode, YamlScalar } from "./node.ts";
import type { ProblemList } from "./problem-list.ts";
import { characterName, quoteText } from "./quote-text.ts";
import { resolvePlain } from "./resolve-scalar.ts";
import { applyScalarTag, checkCollectionTag, tagReader } from "./tags.ts";

/** What a document is built from. */
export interface BuildInput {
  /** The document's text, and where in the file it begins. */
  readonly text: string;
  readonly base: number;
  readonly events: readonly Event[];
  /** True: the events stop at an error, so an empty value at their end says nothing and is left out. */
  readonly cutShort: boolean;
  readonly lines: LineTable;
  readonly limits: YamlLimits;
  readonly problems: ProblemList;
  /** Values built so far in the whole file; counted on. */
  readonly visited: { count: number };
}

/**
 * Builds the nodes of one document from its events and reports everything but syntax: duplicate keys, keys that aren't
 * texts, tags, aliases, merges. Null for an empty document. Throws only LimitExceeded.
 */
export function buildTree(input: BuildInput): YamlNode | null {
  const { text, base, events, lines, limits, problems, visited } = input;
  const lastValue = input.cutShort ? lastEventIndex(events) : -1;
  const anchors: AnchorTable = anchorTable(limits, problems, visited);
  let tagName = tagReader(undefined);
  let index = 0;
  /** Behind the last token read: where the search for the place of an empty value begins. */
  let readTo = 0;
  /** Levels of the node built last. */
  let height = 1;

  const document = events.find((event): event is DocumentEvent => event.type === EVENT_ID.DOCUMENT);
  if (document === undefined) return null;
  if (document.directives.length > 0) tagName = tagReader(document.directives);
  index = events.indexOf(document) + 1;
  const first = events[index];
  if (first === undefined || first.type === EVENT_ID.POP || (isEmpty(first) && !hasProperties(first))) return null;
  return build(1, "");

  function build(depth: number, indicator: string): YamlNode {
    const event = events[index++] as Event;
    if (event.type === EVENT_ID.SCALAR) {
      count(1, event.valueStart < 0 ? readTo : event.valueStart);
      height = 1;
      return event.anchorStart < 0 ? scalar(event, indicator) : anchored(event, () => scalar(event, indicator));
    }
    if (event.type === EVENT_ID.ALIAS) return alias(event, depth);
    if (event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE) {
      throw new Error(`unexpected event ${event.type} in a document`);
    }
    count(1, event.start);
    if (depth > limits.depth) {
      throw new LimitExceeded(`found values nested deeper than ${limits.depth} levels, expected at most that`, {
        offset: base + event.start,
        hint: "flatten the document",
        wholeFile: false,
      });
    }
    if (event.start > readTo) readTo = event.start;
    if (event.tagStart >= 0) {
      checkCollectionTag(tagName(text, event), event.type === EVENT_ID.MAPPING ? "a map" : "a list", (problem) =>
        problems.add({ ...problem, offset: base + event.tagStart }),
      );
    }
    const make = event.type === EVENT_ID.MAPPING ? () => map(event, depth) : () => list(event, depth);
    return event.anchorStart < 0 ? make() : anchored(event, make);
  }

  function anchored(event: ScalarEvent | MappingEvent | SequenceEvent, make: () => YamlNode): YamlNode {
    const name = text.slice(event.anchorStart, event.anchorEnd);
    // The node itself is counted already.
    const before = visited.count - 1;
    anchors.open(name);
    const node = make();
    anchors.set(name, { node, size: visited.count - before, height });
    return node;
  }

  function alias(event: AliasEvent, depth: number): YamlNode {
    const offset = base + event.anchorStart - 1;
    readTo = event.anchorEnd;
    const name = text.slice(event.anchorStart, event.anchorEnd);
    const target = anchors.resolve(name, offset, depth);
    if (target !== undefined) {
      height = target.height;
      return target.node;
    }
    height = 1;
    const written = `*${name}`;
    const [start, end] = [event.anchorStart - 1, event.anchorEnd];
    return {
      kind: "scalar",
      value: written,
      text: written,
      style: "plain",
      position: lines.locate(offset),
      start,
      end,
    };
  }

  function scalar(event: ScalarEvent, indicator: string): YamlScalar {
    if (event.valueEnd - event.valueStart > limits.stringLength) {
      throw new LimitExceeded(
        `found a text of ${event.valueEnd - event.valueStart} characters, expected at most ${limits.stringLength}`,
        { offset: base + event.valueStart, hint: "keep large texts in files of their own", wholeFile: false },
      );
    }
    const style = event.style;
    if (style === SCALAR_STYLE.PLAIN && event.tagStart < 0 && event.valueStart >= 0) {
      readTo = event.valueEnd;
      const written = event.fast ? text.slice(event.valueStart, event.valueEnd) : getScalarValue(text, event);
      return plainScalar(written, lines.locate(base + event.valueStart), event.valueStart, event.valueEnd);
    }
    const [start, end] = isEmpty(event) ? emptySpan(event, indicator) : writtenSpan(text, event);
    readTo = Math.max(readTo, end);
    const position = lines.locate(base + start);
    let written = getScalarValue(text, event);
    if (style === SCALAR_STYLE.DOUBLE_QUOTED && !event.fast) written = storable(written, start);
    if (event.tagStart >= 0) {
      const tagged = applyScalarTag(tagName(text, event), written, style === SCALAR_STYLE.PLAIN, (problem) =>
        problems.add({ ...problem, offset: base + event.tagStart }),
      );
      return { kind: "scalar", ...tagged, style: styleName(style), position, start, end };
    }
    if (style === SCALAR_STYLE.PLAIN) return plainScalar(written, position, start, end);
    return { kind: "scalar", value: written, text: written, style: styleName(style), position, start, end };
  }

  function emptySpan(event: ScalarEvent, indicator: string): [number, number] {
    const properties = [event.anchorStart - 1, event.tagStart].filter((offset) => offset >= 0);
    if (properties.length > 0) return [Math.min(...properties), Math.max(event.anchorEnd, event.tagEnd)];
    const offset = emptyValueOffset(text, readTo, indicator);
    // The dash of an empty item is used up, or the next empty item would be given the same place.
    if (indicator === "-" && text[offset] === "-") readTo = offset + 1;
    return [offset, offset];
  }

  function storable(written: string, start: number): string {
    if (!UNSTORABLE.test(written)) return written;
    const bad = UNSTORABLE.exec(written)?.[0].charCodeAt(0) ?? 0;
    problems.add({
      rule: "yaml-character",
      offset: base + start,
      message: `found an escape for ${characterName(bad)}, expected characters that can be stored as text`,
      hint: "remove the escape",
    });
    return written.replace(new RegExp(UNSTORABLE, "gu"), "\ufffd");
  }

  function list(event: SequenceEvent, depth: number): YamlNode {
    const position = lines.locate(base + event.start);
    const items: YamlNode[] = [];
    let tallest = 0;
    while (events[index]?.type !== EVENT_ID.POP) {
      if (index === lastValue && isEmpty(events[index])) {
        index++;
        continue;
      }
      items.push(build(depth + 1, "-"));
      if (height > tallest) tallest = height;
    }
    index++;
    height = tallest + 1;
    return { kind: "list", items, position };
  }

  function map(event: MappingEvent, depth: number): YamlMap {
    const position = lines.locate(base + event.start);
    const entries: YamlEntry[] = [];
    let byKey: Map<string, YamlEntry> | undefined;
    let merged: { node: YamlNode; offset: number }[] | undefined;
    let tallest = 0;
    while (events[index]?.type !== EVENT_ID.POP) {
      const keyStart = keyOffset(events[index] as Event);
      const key = readKey(depth);
      if (index === lastValue && isEmpty(events[index])) {
        index++;
        continue;
      }
      if (key === MERGE) {
        const node = build(depth + 1, ":");
        merged ??= [];
        merged.push({ node, offset: keyStart });
      } else {
        const keyPosition = lines.locate(base + keyStart);
        const value = build(depth + 1, ":");
        const earlier = byKey === undefined ? entries.find((entry) => entry.key === key) : byKey.get(key);
        if (earlier === undefined) {
          const entry: YamlEntry = { key, keyPosition, value };
          entries.push(entry);
          if (byKey !== undefined) byKey.set(key, entry);
          else if (entries.length > 8) byKey = new Map(entries.map((each) => [each.key, each]));
        } else {
          duplicate(key, base + keyStart, earlier.keyPosition);
        }
      }
      if (height > tallest) tallest = height;
    }
    index++;
    height = tallest + 1;
    if (merged !== undefined) mergeEntries(entries, merged, base, problems);
    return { kind: "map", entries, position };
  }

  function duplicate(key: string, offset: number, first: SourcePosition): void {
    problems.add({
      rule: "yaml-duplicate-key",
      offset,
      message: `found the key ${quoteText(key)} a second time in one map, expected each key once; the first, on line ${first.line}, is kept`,
      hint: "remove one of the two, or rename it",
      related: [{ message: "the first is kept", at: first }],
    });
  }

  /** Where a key stands; for an empty one, behind what was read last. */
  function keyOffset(event: Event): number {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        if (event.valueStart < 0) return Math.max(readTo, event.anchorStart - 1, event.tagStart);
        return event.style === SCALAR_STYLE.PLAIN ? event.valueStart : writtenSpan(text, event)[0];
      case EVENT_ID.ALIAS:
        return event.anchorStart - 1;
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return event.start;
      default:
        return readTo;
    }
  }

  function readKey(depth: number): string | typeof MERGE {
    const event = events[index] as Event;
    if (event.type === EVENT_ID.SCALAR && event.valueEnd - event.valueStart > limits.keyLength) {
      throw new LimitExceeded(
        `found a key of ${event.valueEnd - event.valueStart} characters, expected at most ${limits.keyLength}`,
        { offset: base + event.valueStart, hint: "shorten the key", wholeFile: false },
      );
    }
    if (event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN && event.fast) {
      if (event.tagStart < 0 && event.anchorStart < 0) {
        index++;
        readTo = event.valueEnd;
        const written = text.slice(event.valueStart, event.valueEnd);
        if (written === "<<") return MERGE;
        if (typeof resolvePlain(written) !== "string") oddKey(written, base + event.valueStart);
        return written;
      }
    }
    const start = keyOffset(event);
    const before = visited.count;
    const node = build(depth + 1, "?");
    if (node.kind === "scalar") {
      // A key is no value of its own.
      if (event.type !== EVENT_ID.ALIAS) visited.count = before;
      if (typeof node.value !== "string" || node.inexact) oddKey(node.text, base + start);
      return node.text;
    }
    const written = text.slice(start, Math.max(readTo, start + 1)).replace(/\s+/g, " ");
    const template = text.startsWith("{{", start);
    problems.add({
      rule: "yaml-key",
      offset: base + start,
      message: `found a ${node.kind} as a key, expected a text`,
      hint: template
        ? "{{ }} reads as a map: render the template before giving the file to Bedplate, or put the value in quotes"
        : "put the key in quotes if it is meant as a text",
    });
    return written.slice(0, limits.keyLength);
  }

  function oddKey(key: string, offset: number): void {
    problems.add({
      rule: "yaml-key",
      severity: "warning",
      offset,
      message:
        key === ""
          ? "found a value without a key, expected a key before ':'"
          : `found the key ${quoteText(key)}, which reads as a number, a boolean or null, expected a text; it is taken as text`,
      hint: key === "" ? "write a key before the colon" : "put the key in quotes",
    });
  }

  function plainScalar(written: string, position: SourcePosition, start: number, end: number): YamlScalar {
    const resolved = resolvePlain(written);
    if (typeof resolved === "string") {
      return { kind: "scalar", value: resolved, text: written, style: "plain", position, start, end };
    }
    const { value, inexact } = resolved;
    if (inexact) return { kind: "scalar", value, text: written, style: "plain", position, start, end, inexact };
    return { kind: "scalar", value, text: written, style: "plain", position, start, end };
  }

  function count(values: number, offset: number): void {
    visited.count += values;
    if (visited.count > limits.nodes) throw tooManyNodes(base + offset, limits.nodes);
  }
}

/** The error for a file of too many values. */
export function tooManyNodes(offset: number, limit: number): LimitExceeded {
  return new LimitExceeded(`found more than ${limit} values with aliases expanded, expected at most that`, {
    offset,
    hint: "use fewer aliases of large values, or split the file",
    wholeFile: true,
  });
}

const MERGE = Symbol("merge");
const UNSTORABLE = /\0|\p{Cs}/u;

function isEmpty(event: Event | undefined): event is ScalarEvent {
  return event?.type === EVENT_ID.SCALAR && event.valueStart < 0;
}

function hasProperties(event: ScalarEvent): boolean {
  return event.tagStart >= 0 || event.anchorStart >= 0;
}

function lastEventIndex(events: readonly Event[]): number {
  return events.findLastIndex((event) => event.type !== EVENT_ID.POP);
}

function styleName(style: ScalarEvent["style"]): YamlScalar["style"] {
  if (style === SCALAR_STYLE.PLAIN) return "plain";
  return style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED ? "quoted" : "block";
}
