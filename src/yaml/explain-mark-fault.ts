import { lineEnd } from "./line-bounds.ts";
import { characterName, quoteText } from "./quote-text.ts";
import type { Explanation, SyntaxScene } from "./syntax-scene.ts";

/** A marker that a version control system left in the file. */
export function conflictMarker({ line, fault }: SyntaxScene): Explanation | undefined {
  if (!/^(?:<<<<<<< |=======$|>>>>>>> |\|{7} )/.test(line)) return undefined;
  return {
    offset: fault.cut,
    found: "the marker of a merge conflict",
    expected: "YAML",
    hint: "resolve the conflict and remove its markers",
  };
}

/** A character that no YAML text may hold. */
export function controlCharacter({ fault, text }: SyntaxScene): Explanation | undefined {
  if (!/non-printable|valid JSON character/.test(fault.reason)) return undefined;
  return {
    offset: fault.offset,
    found: `the character ${characterName(text.codePointAt(fault.offset) ?? 0)}`,
    expected: "printable text",
    hint: "remove the character, or write it as an escape in double quotes",
  };
}

/** Something else on a line that ends a document. */
export function textBehindDocumentEnd({ before, fault }: SyntaxScene): Explanation | undefined {
  if (!/^\.\.\.\s+$/.test(before)) return undefined;
  return {
    offset: fault.offset,
    found: "text behind '...', which ends the document",
    expected: "the end of the line",
    hint: "move the text to a line of its own below '---'",
  };
}

/** `"C:\dir"`. */
export function badEscape({ fault, before }: SyntaxScene): Explanation | undefined {
  if (!/unknown escape|hexadecimal/.test(fault.reason)) return undefined;
  return {
    offset: fault.offset - before.length + Math.max(before.lastIndexOf("\\"), 0),
    found: "a backslash that begins no known escape, inside double quotes",
    expected: "an escape such as \\n, \\\\ or \\u00e9",
    hint: "use single quotes, in which a backslash is only a backslash, or double it",
  };
}

/** A quoted text that goes on to where it can't. Located at its opening quote. */
export function unclosedQuote(scene: SyntaxScene): Explanation | undefined {
  const { fault, text } = scene;
  if (!/quoted scalar|deficient indentation/.test(fault.reason)) return undefined;
  const kind = /(single|double) quoted scalar/.exec(fault.cutReason)?.[1];
  if (kind === undefined) return undefined;
  const quote = kind === "single" ? "'" : '"';
  // A quote left open is the last to open.
  const offset = openingOffsets(scene, quote).at(-1) ?? scene.lineOffset;
  return {
    offset,
    found: `a ${kind} quote that is never closed`,
    expected: `a closing ${quote}`,
    hint: `close the quote on line ${scene.lineOf(offset)}${kind === "single" ? "; a ' inside single quotes is written ''" : ""}`,
    related: [{ message: "here the quoted text would have to go on", at: Math.min(fault.offset, text.length) }],
  };
}

/** A flow collection that goes on to where it can't. Located at its opening bracket. */
export function unclosedBracket(scene: SyntaxScene): Explanation | undefined {
  const { fault, text } = scene;
  if (!/end of the stream within a flow|deficient indentation/.test(fault.reason)) return undefined;
  // Brackets nest, so one that is left open leaves those around it open too.
  const opening = openingOffsets(scene, "[{").find((candidate) => !closesOnLine(text, candidate));
  if (opening === undefined && !/flow collection/.test(fault.cutReason)) return undefined;
  const offset = opening ?? scene.lineOffset;
  return {
    offset,
    found: "a bracket that is never closed",
    expected: text[offset] === "{" ? "a closing }" : "a closing ]",
    hint: `close the bracket on line ${scene.lineOf(offset)}, and indent the lines between it and its end`,
    related: [{ message: "here what is in the brackets would have to go on", at: fault.offset }],
  };
}

/** Offsets on the first unreadable line where one of these marks stands and a value can begin. */
function openingOffsets({ line, fault }: SyntaxScene, marks: string): number[] {
  return [...line.matchAll(/(?<=^|[\s,:[{-])["'[{]/g)]
    .filter((match) => marks.includes(match[0]))
    .map((match) => fault.cut + match.index);
}

function closesOnLine(text: string, offset: number): boolean {
  let depth = 0;
  for (const mark of text.slice(offset, lineEnd(text, offset)).replace(/"[^"]*"|'[^']*'/g, "")) {
    if (mark === "[" || mark === "{") depth++;
    if (mark === "]" || mark === "}") depth--;
    if (depth === 0) return true;
  }
  return false;
}

/** Something wrong between two entries inside brackets. */
export function flowSeparator({ fault, before, after, lineOf }: SyntaxScene): Explanation | undefined {
  if (!/flow collection|node content/.test(fault.reason)) return undefined;
  if (/\{[{%]/.test(before + after)) {
    return {
      offset: fault.offset,
      found: "the marker of a template",
      expected: "',' or a closing bracket",
      hint: "render the template before giving the file to Bedplate, or put the value in quotes",
    };
  }
  const mark = /^[[\]{},:"']/.exec(after)?.[0];
  const opening =
    lineOf(fault.cut) === lineOf(fault.offset) ? "" : `; the brackets opened on line ${lineOf(fault.cut)}`;
  return {
    offset: fault.offset,
    found: mark === undefined ? (after === "" ? "the end of the line" : "more text") : quoteText(mark),
    expected: BETWEEN_ENTRIES.get(mark ?? "") ?? "',' or the closing bracket",
    hint: `entries inside brackets are parted by commas, ] closes [ and } closes {${opening}`,
  };
}

const BETWEEN_ENTRIES: ReadonlyMap<string, string> = new Map([
  [",", "a value before the comma"],
  ["}", "',' or ']'"],
  ["]", "',' or '}'"],
]);

/** `%YAML` and `%TAG` where they can't be, or not as they must be. */
export function directive({ fault, lineText, lineOffset }: SyntaxScene): Explanation | undefined {
  if (/directive|tag prefix|YAML version|tag handle \(/.test(fault.reason)) {
    return {
      offset: fault.offset,
      found: "a directive that is not sound",
      expected: "a line such as %YAML 1.2, followed by a line ---",
      hint: "correct or remove the line that begins with %",
    };
  }
  if (!/^%[A-Z]+(?:\s|$)/.test(lineText)) return undefined;
  return {
    offset: lineOffset,
    found: "a directive inside a document",
    expected: "the rest of the document, or its end",
    hint: "end the document before a directive with a line that holds only ...",
  };
}

/** `!mgmt: x`, `*base: x`: a key that YAML takes for a tag, an anchor or an alias, colon and all. */
export function propertyAsKey({ lineText, lineOffset }: SyntaxScene): Explanation | undefined {
  const mark = /^(?:- +)*([!&*])[^\s"']*:(?:\s|$)/.exec(lineText)?.[1];
  if (mark === undefined) return undefined;
  return {
    offset: lineOffset + lineText.indexOf(mark),
    found: `an unquoted key that begins with ${quoteText(mark)}`,
    expected: "a quoted key, since YAML takes this for a tag, an anchor or an alias",
    hint: `put the key in quotes, as in '${mark}name': and the value`,
  };
}

/** A `*`, `&` or `!` with nothing, or nothing sound, behind it. */
export function anchorOrAlias({ fault, before }: SyntaxScene): Explanation | undefined {
  const expected = PROPERTY_REASONS.find(([reason]) => reason.test(fault.reason))?.[1];
  if (expected === undefined) return undefined;
  const at = Math.max(before.lastIndexOf("*"), before.lastIndexOf("&"), before.lastIndexOf(" !") + 1);
  const mark = at < 0 ? undefined : /^[*&!]/.exec(before.slice(at))?.[0];
  return {
    offset: mark === undefined ? fault.offset : fault.offset - before.length + at,
    found: mark === undefined ? "an anchor, an alias or a tag that is not sound" : `an unquoted ${quoteText(mark)}`,
    expected,
    hint: "a value that begins with *, & or ! needs quotes, unless an alias, an anchor or a tag is meant",
  };
}

const PROPERTY_REASONS: readonly (readonly [RegExp, string])[] = [
  [/duplication of/, "one anchor and one tag for a value at most"],
  [/name of an alias/, "the name of an anchor behind '*'"],
  [/name of an anchor/, "a name behind '&'"],
  [/alias node should/, "an alias without an anchor or a tag of its own"],
  [/undeclared tag handle/, "a tag whose handle a %TAG directive declares"],
  [/tag (?:suffix|name)|tag handle cannot|verbatim tag/, "a tag such as !!str"],
];

/** `key: |text`. */
export function blockHeader({ fault }: SyntaxScene): Explanation | undefined {
  if (!/line break is expected|chomping|indentation width/.test(fault.reason)) return undefined;
  return {
    offset: fault.offset,
    found: "more behind the '|' or '>' that begins a block of text",
    expected: "the end of the line, or one of + - 1-9",
    hint: "begin the text on the next line, or put a value that begins with | or > in quotes",
  };
}

/** A plain value that begins with a character YAML reserves. */
export function reservedStart({ fault, after, before }: SyntaxScene): Explanation | undefined {
  const mark = /^[%@`]/.exec(after)?.[0];
  if (mark === undefined || !/(?:^|[:-])\s*$/.test(before)) return undefined;
  return {
    offset: fault.offset,
    found: `a value that begins with ${quoteText(mark)}`,
    expected: "quotes around it, since YAML reserves that character",
    hint: "put the value in quotes",
  };
}

/** `key: a: b`, `key: 'a' b`. */
export function textBehindValue({ fault, before, after }: SyntaxScene): Explanation | undefined {
  if (/^:(?:\s|$)/.test(after) && /:\s+\S/.test(before)) {
    const key = /^[\s-]*("[^"]*"|'[^']*'|[^\s:]+)\s*:/.exec(before)?.[1]?.replace(/^["']|["']$/g, "");
    return {
      offset: fault.offset,
      found: `a second ': ' on the line${key === undefined ? "" : ` of the key ${quoteText(key)}`}`,
      expected: "a value without ': ', or quotes around it",
      hint: "put the whole value in quotes, or begin a new line if another key was meant",
    };
  }
  const closing = /(["'\]}])\s*$/.exec(before)?.[1];
  if (closing === undefined || after.trim() === "" || /^[:,]/.test(after)) return undefined;
  return {
    offset: fault.offset,
    found: `more text behind the closing ${closing}`,
    expected: "the end of the line",
    hint: "put the whole value in one pair of quotes, or remove the rest",
  };
}
