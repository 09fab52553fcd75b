import { EVENT_ID, SCALAR_STYLE } from "js-yaml";
import { lineEnd, lineStart, previousLineStart } from "./line-bounds.ts";
import { type OpenLevel, openLevels } from "./open-levels.ts";
import { characterName, quoteText } from "./quote-text.ts";
import type { Explanation, SyntaxScene } from "./syntax-scene.ts";

/** A tab, or a space that isn't one, in an indentation. */
export function oddIndentation({ text, fault }: SyntaxScene): Explanation | undefined {
  if (!/tab|indentation|multiline|separator is expected|':' after/.test(fault.reason)) return undefined;
  for (const start of [fault.cut, lineStart(text, fault.offset), previousLineStart(text, fault.cut)]) {
    const odd = /^ *([\t\u00a0\u2000-\u200b\u202f\u3000\ufeff])\s*\S/.exec(text.slice(start, lineEnd(text, start)));
    if (odd?.[1] === undefined) continue;
    return {
      offset: start + odd[0].indexOf(odd[1]),
      found: `${characterName(odd[1].charCodeAt(0))} in the indentation`,
      expected: "spaces",
      hint: "indent with spaces only; many editors can convert the whole file",
    };
  }
  return undefined;
}

/** `key:value`, `-item`. */
export function missingSpace({ lineText, lineOffset }: SyntaxScene): Explanation | undefined {
  if (/:(?:\s|$)/.test(lineText)) return undefined;
  const [upToColon, key] = /^(?:- +)*([\w.][\w.-]*):(?=\S)/.exec(lineText) ?? [];
  if (upToColon !== undefined && key !== undefined) {
    return {
      offset: lineOffset + upToColon.length - 1,
      found: `no space behind the ':' of ${quoteText(key)}`,
      expected: `${quoteText(`${key}: `)} and a value`,
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

/** A text where a key is due. */
export function missingColon({ lineText, lineOffset }: SyntaxScene): Explanation | undefined {
  if (!isBareText(lineText)) return undefined;
  const word = /^[A-Za-z_][\w.-]*(?= )/.exec(lineText)?.[0];
  return {
    offset: lineOffset,
    found: "a line without a ':'",
    expected: "a key, ':' and a value",
    hint:
      word === undefined
        ? "write it as key: value, or indent it if it goes on with the text above"
        : `write it as ${word}: and the value if ${word} is the key, or indent it if it goes on with the text above`,
  };
}

/** An item where a map goes on, or a key where a list does. */
export function listAgainstMap(scene: SyntaxScene): Explanation | undefined {
  const { text, events, indent, lineText, lineOffset, lineOf } = scene;
  const level = openLevels(text, events).findLast((open) => open.indent === indent);
  const isItem = /^-(?:\s|$)/.test(lineText);
  if (level === undefined || (level.kind === "list") === isItem || isBareText(lineText)) return undefined;
  const place = `line ${lineOf(level.offset)}`;
  return isItem
    ? {
        offset: lineOffset,
        found: "an item of a list ('-')",
        expected: `a key, as on ${place}`,
        hint: "a map and a list can't share an indentation: give the item that of its list, or indent it below its key",
        related: [{ message: "the map goes on from here", at: level.offset }],
      }
    : {
        offset: lineOffset,
        found: "a key",
        expected: `an item beginning with '- ', as on ${place}`,
        hint: "a map and a list can't share an indentation: put '- ' before the key, or give it that of its map",
        related: [{ message: "the list begins here", at: level.offset }],
      };
}

/** `note: more` in the lines of a plain text. */
export function keyInsideText({
  text,
  events,
  indent,
  lineText,
  lineOffset,
  lineOf,
}: SyntaxScene): Explanation | undefined {
  const deepest = openLevels(text, events).at(-1);
  const last = events.findLast((event) => event.type !== EVENT_ID.POP);
  if (deepest === undefined || last?.type !== EVENT_ID.SCALAR || last.style !== SCALAR_STYLE.PLAIN) return undefined;
  const ownLine = last.valueStart >= 0 && /^\s*$/.test(text.slice(lineStart(text, last.valueStart), last.valueStart));
  if (!ownLine || indent <= deepest.indent || isBareText(lineText)) return undefined;
  return {
    offset: lineOffset,
    found: "a ': ' inside the text of the lines before",
    expected: `a text without ': ', or a map from line ${lineOf(last.valueStart)} on`,
    hint: `put the text that begins on line ${lineOf(last.valueStart)} in quotes, or begin it with | on the line above`,
    related: [{ message: "the text begins here", at: last.valueStart }],
  };
}

/** A line that stands at no indentation known above it. */
export function indentation(scene: SyntaxScene): Explanation | undefined {
  const { text, events, indent, lineText, lineOffset, lineOf } = scene;
  const levels = openLevels(text, events);
  const deepest = levels.at(-1);
  if (deepest === undefined || lineText === "" || levels.some((level) => level.indent === indent)) return undefined;

  const deeper = indent > deepest.indent;
  if (deeper && isBareText(lineText)) return undefined;
  const isItem = /^-(?:\s|$)/.test(lineText);
  const fitting = levels.filter((level) => (level.kind === "list") === isItem);
  const near = deeper
    ? [deepest]
    : [fitting.findLast((level) => level.indent < indent), fitting.find((level) => level.indent > indent)];
  const measures = near.filter((level) => level !== undefined);
  const expected = (measures.length > 0 ? measures : [deepest]).map((level) => described(level, lineOf));
  const key = /^(?:- +)*("[^"]*"|'[^']*'|[^\s:]+):(?:\s|$)/.exec(lineText)?.[1]?.replace(/^["']|["']$/g, "");
  const measured = measures.at(-1) ?? deepest;
  return {
    offset: lineOffset,
    found: `${key === undefined ? "a line" : quoteText(key)} indented by ${spaces(indent)}`,
    expected: expected.join(", or "),
    hint: deeper
      ? `line ${lineOf(lineOffset)} is indented deeper than its sibling on line ${lineOf(deepest.offset)}: give both the same indentation`
      : `line ${lineOf(lineOffset)} stands at the indentation of no line above it: align it with those it belongs to`,
    related: [{ message: "the line it is measured against", at: measured.offset }],
  };
}

/** Whether a line is neither a key nor an item nor anything else that a mark begins. */
function isBareText(lineText: string): boolean {
  return lineText !== "" && !/:(?:\s|$)/.test(lineText) && !/^(?:-(?:\s|$)|[[\]{}"'#|>&*!%@`,])/.test(lineText);
}

function described(level: OpenLevel, lineOf: (offset: number) => number): string {
  const what = level.kind === "list" ? "the list" : level.key === "" ? "the key" : quoteText(level.key);
  return `${spaces(level.indent)} as ${what} on line ${lineOf(level.offset)}`;
}

function spaces(count: number): string {
  return count === 1 ? "1 space" : `${count} spaces`;
}
