import type { SourcePosition } from "./node.ts";

/** The lines of one text, and the way from an offset to a line and a column. */
export interface LineTable {
  /** Offset at which each line begins. The first is behind a byte-order mark. */
  readonly starts: readonly number[];
  /** Index in `starts` of the line that holds the offset. */
  lineIndex(offset: number): number;
  /** Line and column of an offset, from 1, columns in code points. Quick when offsets come roughly in order. */
  locate(offset: number): SourcePosition;
}

const SURROGATE = /[\ud800-\udbff]/;
const BYTE_ORDER_MARK = 0xfeff;

/** Reads the lines of a text; `\n`, `\r\n` and a lone `\r` each end one, as YAML has it. */
export function lineTable(text: string): LineTable {
  const starts = lineStarts(text);
  const astral = SURROGATE.test(text);
  let line = 0;
  let counted = 0;
  let pairs = 0;

  function lineIndex(offset: number): number {
    if (offset < (starts[line] ?? 0)) line = bisect(starts, offset);
    let next = starts[line + 1];
    for (let steps = 0; next !== undefined && next <= offset; steps++) {
      if (steps === 16) {
        line = bisect(starts, offset);
        break;
      }
      line++;
      next = starts[line + 1];
    }
    return line;
  }

  // A line may be the whole file, so the count goes on from the offset asked for last instead of from the line's start.
  function pairsBefore(start: number, offset: number): number {
    if (counted < start || counted > offset) {
      counted = start;
      pairs = 0;
    }
    for (; counted < offset; counted++) {
      const unit = text.charCodeAt(counted);
      if (unit >= 0xd800 && unit <= 0xdbff) pairs++;
    }
    return pairs;
  }

  function locate(offset: number): SourcePosition {
    const index = lineIndex(offset);
    const start = starts[index] ?? 0;
    const column = Math.max(offset - start, 0) + 1;
    return { line: index + 1, column: astral ? column - pairsBefore(start, Math.max(offset, start)) : column };
  }

  return { starts, lineIndex, locate };
}

function lineStarts(text: string): number[] {
  const starts = [text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0];
  if (!text.includes("\r")) {
    for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    return starts;
  }
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1);
  }
  return starts;
}

function bisect(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
