/** A single value as it stands in YAML text: on one line, or as a block whose lines follow the header. */
export interface ScalarText {
  readonly line: string;
  readonly block?: readonly string[];
}

/**
 * Writes a value so that every reader of YAML, 1.1 or 1.2, takes it for what it is: texts that look like something else are quoted, texts of several lines
 * are literal blocks wherever a block gives them back byte for byte. `indent` is the width of one level.
 */
export function scalarText(value: string | number | boolean | null, indent: number): ScalarText {
  if (typeof value !== "string") return { line: String(value) };
  if (isPlain(value)) return { line: value };
  return blockText(value, indent) ?? { line: quoted(value) };
}

/** Writes the key of a mapping. */
export function keyText(key: string): string {
  return isPlain(key) ? key : quoted(key);
}

const LONGEST_PLAIN = 1000;
/** Words that some version of YAML takes for a truth value or for nothing. */
const WORDS = /^(?:true|false|yes|no|on|off|y|n|null|none)$/i;
const STARTS_PLAIN = /^(?:[\p{L}_/$]|<[a-z])/u;
/** What begins with a digit is a text for sure when it is an IPv4 address or has a character that no number, date or time has. */
const SURE_TEXT = /^\d{1,3}(?:\.\d{1,3}){3}$|^\d[^:]*[g-mp-suvwy/][^:]*$|^[1-9][^:]*[acdf][^:]*$/i;
const ODD_CHARACTERS = /[\p{C}\p{Zl}\p{Zp}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/u;

function isPlain(text: string): boolean {
  if (text.length > LONGEST_PLAIN || WORDS.test(text) || ODD_CHARACTERS.test(text)) return false;
  if (!STARTS_PLAIN.test(text) && !SURE_TEXT.test(text)) return false;
  return !/:(?: |$)| #| $/.test(text);
}

/** JSON's quoting, with everything invisible escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (each) => {
    const code = (each.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}

/** What a block can't give back: other line ends, invisible characters, lines of blanks alone, and a text without a line that has something in it. */
const NO_BLOCK = /(?![\n\t])[\p{C}\p{Zl}\p{Zp}]|(?:^|\n)[ \t]+(?:\n|$)|^\n*$/u;

function blockText(text: string, indent: number): ScalarText | undefined {
  if (!text.includes("\n") || NO_BLOCK.test(text)) return undefined;
  const body = text.replace(/\n$/, "");
  const keep = !text.endsWith("\n") ? "-" : body.endsWith("\n") ? "+" : "";
  const width = /^[ \n]/.test(text) ? String(indent) : "";
  return { line: `|${width}${keep}`, block: body.split("\n") };
}
