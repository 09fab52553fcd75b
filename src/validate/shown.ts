const longest = 64;
const plain = /^[\x21-\x7e]{1,64}$/;

/** A text of a design as a message may quote it: one line, at most some 64 characters, control characters escaped. */
export function shown(text: string): string {
  if (plain.test(text)) return text;
  const points = [...text.slice(0, 2 * longest + 1)];
  return JSON.stringify(points.length > longest ? `${points.slice(0, longest).join("")}…` : text).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (each) => `\\u${(each.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
