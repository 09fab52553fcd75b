/** The part of a file that is one document: offsets of its first line and of the end of its last. */
export interface DocumentPart {
  readonly start: number;
  readonly end: number;
}

const HASH = 35;
const PERCENT = 37;
const DASH = 45;
const DOT = 46;
const BYTE_ORDER_MARK = 0xfeff;

/**
 * Splits a file at the lines that begin with `---` or `...`, which end a document wherever they stand, so that a broken
 * document takes no other with it. Directives belong to the document behind them; a part without a marker that holds
 * only comments is none. Yields lazily, so a caller can stop at its limit.
 */
export function* splitDocuments(text: string, lineStarts: readonly number[]): Generator<DocumentPart> {
  let start = lineStarts[0] ?? 0;
  let state: "blank" | "directives" | "content" | "opened" = "blank";

  for (let index = 0; index < lineStarts.length; index++) {
    const lineStart = lineStarts[index] ?? 0;
    const at = text.charCodeAt(lineStart) === BYTE_ORDER_MARK ? lineStart + 1 : lineStart;
    const first = text.charCodeAt(at);
    if (first === DASH && isMarker(text, at, DASH)) {
      if (state !== "directives") {
        if (state !== "blank") yield { start, end: lineStart };
        start = at;
      }
      state = "opened";
    } else if (first === DOT && isMarker(text, at, DOT)) {
      const next = lineStarts[index + 1] ?? text.length;
      if (state !== "blank" || !isBlank(text, at + 3)) yield { start, end: next };
      start = next;
      state = "blank";
    } else if (state === "blank" || state === "directives") {
      if (first === PERCENT) {
        if (state === "blank") start = lineStart;
        state = "directives";
      } else if (!isBlank(text, lineStart)) {
        state = "content";
      }
    }
  }
  if (state !== "blank") yield { start, end: text.length };
}

function isMarker(text: string, at: number, unit: number): boolean {
  return text.charCodeAt(at + 1) === unit && text.charCodeAt(at + 2) === unit && isSpaceOrEnd(text.charCodeAt(at + 3));
}

/** Whether nothing but white space and a comment stands between the offset and the end of its line. */
function isBlank(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at++;
  const unit = text.charCodeAt(at);
  return unit === HASH || unit === 10 || unit === 13 || Number.isNaN(unit);
}

function isSpaceOrEnd(unit: number): boolean {
  return unit === 32 || unit === 9 || unit === 10 || unit === 13 || Number.isNaN(unit);
}
