/**
 * Reads the binary and text values at the top of a BSON document; values of other kinds are passed over. Undefined when the
 * document is cut or malformed. No value is copied.
 */
export function readBsonBytes(document: Buffer): Map<string, Buffer> | undefined {
  const values = new Map<string, Buffer>();
  if (document.length < 5) return undefined;
  const end = document.readInt32LE(0);
  if (end < 5 || end > document.length) return undefined;
  let at = 4;
  while (at < end - 1) {
    const kind = document[at] ?? 0;
    const nameEnd = document.indexOf(0, at + 1);
    if (nameEnd < 0 || nameEnd >= end) return undefined;
    const name = document.toString("utf8", at + 1, nameEnd);
    const start = nameEnd + 1;
    const span = valueSpan(document, kind, start, end);
    if (span === undefined || start + span.size > end) return undefined;
    if (kind === 0x02 || kind === 0x05) {
      const head = kind === 0x02 ? 4 : 5;
      values.set(name, document.subarray(start + head, start + span.size - (kind === 0x02 ? 1 : 0)));
    }
    at = start + span.size;
  }
  return values;
}

/** How many bytes a value takes; undefined for kinds this reader does not know. */
function valueSpan(document: Buffer, kind: number, start: number, end: number): { size: number } | undefined {
  const fixed: Readonly<Record<number, number>> = { 1: 8, 7: 12, 8: 1, 9: 8, 10: 0, 16: 4, 17: 8, 18: 8, 6: 0 };
  const known = fixed[kind];
  if (known !== undefined) return { size: known };
  if (start + 4 > end) return undefined;
  const length = document.readInt32LE(start);
  if (length < 0) return undefined;
  if (kind === 0x02) return length < 1 ? undefined : { size: 4 + length };
  if (kind === 0x05) return { size: 5 + length };
  return kind === 0x03 || kind === 0x04 ? { size: length } : undefined;
}
