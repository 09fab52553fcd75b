import type { Event } from "js-yaml";
import { type OpenLevel, openLevels } from "./open-levels.ts";
import { lineEnd, type SyntaxFault } from "./parse-part.ts";
import { characterName, quoteText } from "./quote-text.ts";

/** A syntax error in words a person can act on. Offsets are within the document's text. */
export interface Explanation {
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
  readonly related?: readonly { readonly message: string; readonly at: number }[];
}

/** Everything an explanation may look at. */
interface Scene {
  readonly text: string;
  readonly fault: SyntaxFault;
  readonly events: readonly Event[];
  /** The first line that can't be read: its text, its indentation and where its text begins. */
  readonly line: string;
  readonly indent: number;
  readonly lineText: string;
  readonly lineOffset: number;
  /** The line on which the parser gave up, up to there and from there. */
  readonly before: string;
  readonly after: string;
  readonly lineOf: (offset: number) => number;
}

/**
 * Says what is wrong at a syntax error, where the mistake is rather than where the parser noticed it, and what to do.
 * `lineOf` gives the file's line number of an offset within `text`. Repeats keys and markers of the text, never values.
 */
export function explainSyntaxFault(
  text: string,
  fault: SyntaxFault,
  events: readonly Event[],
  lineOf: (offset: number) => number,
): Explanation {
  const line = text.slice(fault.cut, lineEnd(text, fault.cut));
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  const faultLine = Math.max(text.lastIndexOf("\n", fault.offset - 1), text.lastIndexOf("\r", fault.offset - 1)) + 1;
  const scene: Scene = {
    text,
    fault,
    events,
    line,
    indent,
    lineText: line.slice(indent),
    lineOffset: fault.cut + indent,
    before: text.slice(faultLine, fault.offset),
    after: text.slice(fault.offset, lineEnd(text, fault.offset)),
    lineOf,
  };
  for (const explain of EXPLANATIONS) {
    const explanation = explain(scene);
    if (explanation !== undefined) return explanation;
  }
  return {
    offset: fault.offset,
    found: fault.offset >= text.trimEnd().length ? "the end of the document" : "text that does not fit here",
    expected: fault.reason,
    hint: "compare this line with the one before it: indentation, quotes, brackets, colons",
  };
}

type Explain = (scene: Scene) => Explanation | undefined;

/** The first that knows the mistake explains it: from what can be told for certain to what is likely. */
const EXPLANATIONS: readonly Explain[] = [
  conflictMarker,
  controlCharacter,
  oddIndentation,
  badEscape,
  unclosedQuote,
  unclosedBracket,
  flowSeparator,
  directive,
  anchorOrAlias,
  reservedStart,
  textBehindValue,
  missingSpace,
  missingColon,
  listAgainstMap,
  indentation,
];

function conflictMarker({ line, fault }: Scene): Explanation | undefined {
  if (!/^(?:<<<<<<< |=======$|>>>>>>> |\|\|\|\|\|\|\| )/.test(line)) return undefined;
  return {
    offset: fault.cut,
    found: "the marker of a merge conflict",
    expected: "YAML",
    hint: "resolve the conflict and remove its markers",
  };
}

function controlCharacter({ fault, text }: Scene): Explanation | undefined {
  if (!/non-printable|valid JSON character/.test(fault.reason)) return undefined;
  return {
    offset: fault.offset,
    found: `the character ${characterName(text.codePointAt(fault.offset) ?? 0)}`,
    expected: "printable text",
    hint: "remove the character, or write it as an escape in double quotes",
  };
}

function oddIndentation({ text, fault, line, before, after }: Scene): Explanation | undefined {
  if (!/tab|indentation|multiline|separator is expected|':' after/.test(fault.reason)) return undefined;
  const faultLine = fault.offset - before.length;
  for (const [start, content] of [
    [fault.cut, line],
    [faultLine, before + after],
    [previousLineStart(text, fault.cut), undefined],
  ] as const) {
    const shown = content ?? text.slice(start, lineEnd(text, start));
    const odd = /^ *([\t\u00a0\u2000-\u200b\u202f\u3000\ufeff])/.exec(shown);
    if (odd?.[1] === undefined || shown.trim() === "") continue;
    return {
      offset: start + odd[0].length - 1,
      found: `${characterName(odd[1].charCodeAt(0))} in the indentation`,
      expected: "spaces",
      hint: "indent with spaces only; many editors can convert the whole file",
    };
  }
  return undefined;
}

function badEscape({ fault }: Scene): Explanation | undefined {
  if (!/unknown escape|hexadecimal/.test(fault.reason)) return undefined;
  return {
    offset: Math.max(fault.offset - 1, 0),
    found: "a backslash that begins no known escape, inside double quotes",
    expected: "an escape such as \\n, \\\\ or \\u00e9",
    hint: "use single quotes, in which a backslash is only a backslash, or double it",
  };
}

function unclosedQuote(scene: Scene): Explanation | undefined {
  const { fault } = scene;
  if (!/quoted scalar|deficient indentation/.test(fault.reason)) return undefined;
  const kind = /(single|double) quoted scalar/.exec(fault.cutReason)?.[1];
  if (kind === undefined) return undefined;
  const quote = kind === "single" ? "'" : '"';
  return {
    offset: openerOffset(scene, [quote]) ?? scene.lineOffset,
    found: `a ${kind} quote that is never closed`,
    expected: `a closing ${quote}`,
    hint: `close the quote on line ${scene.lineOf(fault.cut)}${
      kind === "single" ? "; inside single quotes a ' is written ''" : ""
    }`,
    related: [{ message: "here the quoted text would have to go on", at: fault.offset }],
  };
}

function unclosedBracket(scene: Scene): Explanation | undefined {
  const { fault, text } = scene;
  if (!/end of the stream within a flow|deficient indentation/.test(fault.reason)) return undefined;
  if (!/flow collection|deficient indentation/.test(fault.cutReason)) return undefined;
  const offset = openerOffset(scene, ["[", "{"]) ?? scene.lineOffset;
  const closer = text[offset] === "{" ? "}" : text[offset] === "[" ? "]" : "bracket";
  return {
    offset,
    found: "a bracket that is never closed",
    expected: `a closing ${closer}`,
    hint: `close the bracket on line ${scene.lineOf(fault.cut)}; lines that go on inside brackets are indented`,
    related: [{ message: "here what is in the brackets would have to go on", at: fault.offset }],
  };
}

/** The last of these marks on the first unreadable line before which the text is still sound: the one left open. */
function openerOffset({ text, fault, line, events }: Scene, marks: readonly string[]): number | undefined {
  const offsets = [...line.matchAll(/["'[{]/g)]
    .filter((match) => marks.includes(match[0]))
    .map((match) => fault.cut + match.index);
  const outside = offsets.filter((offset) => /(?:^|[\s,:[{-])$/.test(text.slice(fault.cut, offset)));
  const candidates = outside.length > 0 ? outside : offsets;
  // Brackets nest, so the first is the outermost; a quote left open is the last to begin.
  return events.length >= 0 && marks.includes("[") ? firstUnbalanced(text, candidates) : candidates.at(-1);
}

function firstUnbalanced(text: string, candidates: readonly number[]): number | undefined {
  return candidates.find((offset) => {
    let depth = 0;
    for (const mark of text.slice(offset, lineEnd(text, offset)).replace(/"[^"]*"|'[^']*'/g, "")) {
      if (mark === "[" || mark === "{") depth++;
      if (mark === "]" || mark === "}") depth--;
      if (depth === 0) return false;
    }
    return true;
  });
}

function flowSeparator({ fault, text, before, after, lineOf }: Scene): Explanation | undefined {
  if (!/flow collection|node content/.test(fault.reason)) return undefined;
  if (/^\s*\{%|\{\{|\{%/.test(before + after)) {
    return {
      offset: fault.offset,
      found: "the marker of a template inside brackets",
      expected: "',' or a closing bracket",
      hint: "render the template before giving the file to Bedplate, or put the value in quotes",
    };
  }
  const found = after === "" ? "the end of the line" : quoteText(/^[[\]{},:"']/.exec(after)?.[0] ?? "more text");
  const startOfEntry =
    fault.cut < fault.offset - before.length ? ` (the brackets opened on line ${lineOf(fault.cut)})` : "";
  return {
    offset: fault.offset,
    found:
      after.startsWith("]") || after.startsWith("}") || after.startsWith(",")
        ? found
        : found.replaceAll("'more text'", "more text"),
    expected: text[fault.offset] === "," ? "a value before the comma" : "',' or the closing bracket",
    hint: `inside brackets entries are parted by commas, and ] closes [ as } closes {${startOfEntry}`,
  };
}

function directive({ fault, lineText, lineOffset }: Scene): Explanation | undefined {
  if (/directive|tag handle|tag prefix|YAML version/i.test(fault.reason)) {
    return {
      offset: fault.offset,
      found: "a directive or tag handle that is not sound",
      expected: fault.reason,
      hint: "a directive such as %YAML 1.2 stands alone on its line, and a line --- follows it",
    };
  }
  if (!/^%[A-Z]+ /.test(lineText)) return undefined;
  return {
    offset: lineOffset,
    found: "a directive inside a document",
    expected: "the rest of the document, or its end",
    hint: "end the document before a directive with a line that holds only ...",
  };
}

function anchorOrAlias({ fault, before }: Scene): Explanation | undefined {
  if (!/anchor|alias|tag/.test(fault.reason) || /tab/.test(fault.reason)) return undefined;
  const mark = /([*&!])[^\s*&!]*$/.exec(before)?.[1];
  return {
    offset: mark === undefined ? fault.offset : fault.offset - before.length + before.lastIndexOf(mark),
    found: mark === undefined ? "an anchor, alias or tag that is not sound" : `an unquoted ${quoteText(mark)}`,
    expected: fault.reason,
    hint: "a value that begins with *, & or ! needs quotes, unless an alias, an anchor or a tag is meant",
  };
}

function reservedStart({ fault, after, before }: Scene): Explanation | undefined {
  const mark = /^[%@`]/.exec(after)?.[0];
  if (mark === undefined || !/(?:^|[:-])\s*$/.test(before)) return undefined;
  return {
    offset: fault.offset,
    found: `a value that begins with ${quoteText(mark)}`,
    expected: "a quoted value, since YAML reserves that character",
    hint: "put the value in quotes",
  };
}

function textBehindValue({ fault, before, after }: Scene): Explanation | undefined {
  if (/^:(?:\s|$)/.test(after) && /:\s+\S/.test(before)) {
    const key = /^[\s-]*("[^"]*"|'[^']*'|[^\s:]+)\s*:/.exec(before)?.[1];
    return {
      offset: fault.offset,
      found: `a second ': ' on the line${key === undefined ? "" : ` of the key ${quoteText(key.replace(/^["']|["']$/g, ""))}`}`,
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

function missingSpace({ lineText, lineOffset }: Scene): Explanation | undefined {
  if (/:(?:\s|$)/.test(lineText)) return undefined;
  const key = /^(?:- +)*([\w.-]+):(?=\S)/.exec(lineText);
  if (key?.[1] !== undefined && !/^-\S/.test(lineText)) {
    return {
      offset: lineOffset + key[0].length - 1,
      found: `no space behind the ':' of ${quoteText(key[1])}`,
      expected: `${quoteText(`${key[1]}: `)} and a value`,
      hint: "put a space behind the colon",
    };
  }
  if (!/^-[^\s-]/.test(lineText)) return undefined;
  return {
    offset: lineOffset,
    found: "a '-' without a space behind it",
    expected: "'- ' to begin an item of the list",
    hint: "put a space behind the dash",
  };
}

function missingColon({ lineText, lineOffset }: Scene): Explanation | undefined {
  if (lineText === "" || /:(?:\s|$)/.test(lineText) || /^(?:-(?:\s|$)|[[{"'#|>&*!%@`])/.test(lineText))
    return undefined;
  const word = /^[A-Za-z_][\w.-]*(?= )/.exec(lineText)?.[0];
  return {
    offset: lineOffset,
    found: "a line without a ':'",
    expected: "a key, ':' and a value",
    hint: word === undefined ? "write it as key: value" : `write it as ${word}: and the value, if ${word} is the key`,
  };
}

function listAgainstMap({ text, events, indent, lineText, lineOffset, lineOf }: Scene): Explanation | undefined {
  const level = openLevels(text, events).findLast((open) => open.indent === indent);
  const isItem = /^-(?:\s|$)/.test(lineText);
  if (level === undefined || (level.kind === "list") === isItem) return undefined;
  const place = `line ${lineOf(level.offset)}`;
  return {
    offset: lineOffset,
    found: isItem ? "an item of a list ('-')" : "a key",
    expected: isItem ? `a key, as on ${place}` : `an item beginning with '- ', as on ${place}`,
    hint: isItem
      ? "a map and a list can't share an indentation: indent the item below its key, or remove the dash"
      : "a map and a list can't share an indentation: put '- ' before the key, or give it the indentation of its map",
    related: [{ message: isItem ? "the map goes on from here" : "the list begins here", at: level.offset }],
  };
}

function indentation({ text, events, indent, lineText, lineOffset, lineOf }: Scene): Explanation | undefined {
  const levels = openLevels(text, events);
  const deepest = levels.at(-1);
  if (deepest === undefined || lineText === "" || levels.some((level) => level.indent === indent)) return undefined;
  const key = /^(?:- +)?("[^"]*"|'[^']*'|[^\s:]+):(?:\s|$)/.exec(lineText)?.[1];
  const found = `${key === undefined ? "a line" : quoteText(key.replace(/^["']|["']$/g, ""))} indented by ${spaces(indent)}`;
  const fits = lineText.startsWith("- ") ? levels : levels.filter((level) => level.kind === "map");
  const below = fits.findLast((level) => level.indent < indent);
  const above = fits.find((level) => level.indent > indent);
  const expected = [below, above].filter((level) => level !== undefined).map((level) => described(level, lineOf));
  const nearest = indent > deepest.indent ? deepest : (above ?? below ?? deepest);
  return {
    offset: lineOffset,
    found,
    expected: expected.join(", or ") || `${spaces(deepest.indent)}`,
    hint:
      indent > deepest.indent
        ? `line ${lineOf(lineOffset)} is indented deeper than its sibling on line ${lineOf(deepest.offset)}: give both the same indentation`
        : `line ${lineOf(lineOffset)} matches the indentation of no line above it: align it with the lines it belongs to`,
    related: [{ message: "the line it is measured against", at: nearest.offset }],
  };
}

function described(level: OpenLevel, lineOf: (offset: number) => number): string {
  const what = level.kind === "list" ? "the list" : level.key === "" ? "the key" : quoteText(level.key);
  return `${spaces(level.indent)} as ${what} on line ${lineOf(level.offset)}`;
}

function spaces(count: number): string {
  return count === 0 ? "no spaces" : count === 1 ? "1 space" : `${count} spaces`;
}

function previousLineStart(text: string, start: number): number {
  if (start === 0) return 0;
  return Math.max(text.lastIndexOf("\n", start - 2), text.lastIndexOf("\r", start - 2)) + 1;
}
