import { COLLECTION_STYLE, EVENT_ID, type Event } from "js-yaml";
import { lineStart } from "./line-bounds.ts";

/** A block map or list that a further line could go on with, where a document's readable text ends. */
export interface OpenLevel {
  readonly kind: "map" | "list";
  /** Spaces before its keys or dashes. */
  readonly indent: number;
  /** Offset of its last key, or of its first dash. */
  readonly offset: number;
  /** Its last key as written; empty for a list. */
  readonly key: string;
}

/** The levels still open behind the last event, outermost first. Offsets are within `text`. */
export function openLevels(text: string, events: readonly Event[]): OpenLevel[] {
  let tail = events.length;
  while (tail > 0 && events[tail - 1]?.type === EVENT_ID.POP) tail--;
  const open: { event: Event; expectsKey: boolean; key: { start: number; end: number } }[] = [];

  for (let index = 0; index < tail; index++) {
    const event = events[index];
    if (event === undefined) continue;
    if (event.type === EVENT_ID.POP) {
      open.pop();
      continue;
    }
    const parent = open.at(-1);
    if (parent?.event.type === EVENT_ID.MAPPING) {
      if (parent.expectsKey && event.type === EVENT_ID.SCALAR && event.valueStart >= 0) {
        parent.key = { start: event.valueStart, end: event.valueEnd };
      }
      parent.expectsKey = !parent.expectsKey;
    }
    if (event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.DOCUMENT) {
      open.push({ event, expectsKey: true, key: { start: -1, end: -1 } });
    }
  }

  const levels: OpenLevel[] = [];
  for (const { event, key } of open) {
    if (event.type !== EVENT_ID.MAPPING && event.type !== EVENT_ID.SEQUENCE) continue;
    if (event.style !== COLLECTION_STYLE.BLOCK) break;
    const isMap = event.type === EVENT_ID.MAPPING;
    levels.push({
      kind: isMap ? "map" : "list",
      indent: event.start - lineStart(text, event.start),
      offset: isMap && key.start >= 0 ? key.start : event.start,
      key: isMap && key.start >= 0 ? text.slice(key.start, key.end) : "",
    });
  }
  return levels;
}
