const unsafe = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const everyUnsafe = new RegExp(unsafe, "gu");

/**
 * A text on one line, with nothing in it that a terminal would obey: control characters, line separators and marks of direction as `\u0085`, which in a JSON string
 * is the same character. Names and values come from files of anybody. The text itself when there is none.
 */
export function visibleText(text: string): string {
  if (!unsafe.test(text)) return text;
  return text.replace(everyUnsafe, (each) => `\\u${(each.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}
