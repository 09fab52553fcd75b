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

/**
 * Where a value stands that isn't there: behind the `:` of its key, at the `-` of its item. `from` is the end of what
 * was read last; where the indicator doesn't follow (`{a, b}`), that is the place.
 */
export function emptyValueOffset(text: string, from: number, indicator: string): number {
  let at = from;
  while (at < text.length) {
    const char = text[at];
    if (char === indicator) return indicator === ":" ? at + 1 : at;
    if (char === "#" && (at === 0 || /\s/.test(text[at - 1] ?? ""))) {
      while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
    } else if (char === " " || char === "\t" || char === "\n" || char === "\r" || CLOSERS.has(char ?? "")) {
      at++;
    } else {
      break;
    }
  }
  return from;
}

const CLOSERS: ReadonlySet<string> = new Set(["]", "}", '"', "'"]);
