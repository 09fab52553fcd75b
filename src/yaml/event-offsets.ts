import { SCALAR_STYLE, type ScalarEvent } from "js-yaml";
import { lineEnd, lineStart, previousLineStart } from "./line-bounds.ts";

/** The span of a scalar that isn't empty, with its quotes, or from the `|` or `>` of a block. Offsets in `text`. */
export function writtenSpan(text: string, event: ScalarEvent): [start: number, end: number] {
  switch (event.style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return [event.valueStart - 1, event.valueEnd + 1];
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return [blockHeaderOffset(text, event.valueStart), event.valueEnd];
    default:
      return [event.valueStart, event.valueEnd];
  }
}

/** The parser keeps only where a block's text begins; its `|` or `>` ends the line before. */
function blockHeaderOffset(text: string, valueStart: number): number {
  const start =
    lineStart(text, valueStart) === valueStart ? previousLineStart(text, valueStart) : lineStart(text, valueStart);
  const end = lineEnd(text, start);
  const header = /[|>][-+1-9]{0,2}[ \t]*(?:[ \t]#.*)?$/.exec(text.slice(start, end));
  return header === null ? valueStart : start + header.index;
}

/** Where the anchor and the tag of a scalar begin, if it has any. */
export function propertiesStart(event: ScalarEvent): number | undefined {
  if (event.anchorStart < 0) return event.tagStart < 0 ? undefined : event.tagStart;
  return event.tagStart < 0 ? event.anchorStart - 1 : Math.min(event.anchorStart - 1, event.tagStart);
}

/**
 * Where the next such mark stands, if nothing but white space, comments and the end of what was read last comes before
 * it; else undefined. An empty value or key has no other place than its `:`, `-` or `?`.
 */
export function nextMark(text: string, from: number, mark: string): number | undefined {
  if (mark === "") return undefined;
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === mark) return at;
    if (char === "#" && (at === 0 || /\s/.test(text[at - 1] ?? ""))) at = lineEnd(text, at) - 1;
    else if (!PASSED_OVER.has(char)) return undefined;
  }
  return undefined;
}

const PASSED_OVER: ReadonlySet<string> = new Set([" ", "\t", "\n", "\r", "]", "}", ",", '"', "'"]);
