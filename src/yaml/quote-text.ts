const LONGEST = 48;

/**
 * A piece of a source for a message: quoted, on one line, cut to some 48 code points, control characters by number.
 * For keys, markers and names only: a value may be a secret, and a message must not repeat it.
 */
export function quoteText(text: string): string {
  const points: string[] = [];
  for (const point of text) {
    if (points.length === LONGEST) {
      points.push("…");
      break;
    }
    points.push(INVISIBLE.test(point) ? characterName(point.codePointAt(0) ?? 0) : point);
  }
  return `'${points.join("")}'`;
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

/** A character by its number, as in U+00A0, with a name where people know it by one. */
export function characterName(codePoint: number): string {
  const name = KNOWN.get(codePoint);
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  return name === undefined ? number : `${number} (${name})`;
}

const KNOWN: ReadonlyMap<number, string> = new Map([
  [0x00, "null"],
  [0x07, "bell"],
  [0x08, "backspace"],
  [0x09, "tab"],
  [0x0a, "line feed"],
  [0x0d, "carriage return"],
  [0x1b, "escape"],
  [0x7f, "delete"],
  [0xa0, "no-break space"],
  [0x200b, "zero-width space"],
  [0x3000, "ideographic space"],
  [0xfeff, "byte-order mark"],
]);
