/** Offset at which the line that holds the offset begins; `\n`, `\r\n` and a lone `\r` end lines. */
export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text.charCodeAt(at - 1) !== 10 && text.charCodeAt(at - 1) !== 13) at--;
  return at;
}

/** Offset of the line break that ends the line, or of the end of the text. */
export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++;
  return at;
}

/** Offset at which the line before the one that begins at `start` begins; `start` itself if it is the first. */
export function previousLineStart(text: string, start: number): number {
  let end = start;
  if (text.charCodeAt(end - 1) === 10) end--;
  if (text.charCodeAt(end - 1) === 13) end--;
  return end === start ? start : lineStart(text, end);
}
