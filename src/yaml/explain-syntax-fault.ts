import type { Event } from "js-yaml";
import {
  anchorOrAlias,
  badEscape,
  blockHeader,
  conflictMarker,
  controlCharacter,
  directive,
  flowSeparator,
  propertyAsKey,
  reservedStart,
  textBehindDocumentEnd,
  textBehindValue,
  unclosedBracket,
  unclosedQuote,
} from "./explain-mark-fault.ts";
import {
  indentation,
  keyInsideText,
  listAgainstMap,
  missingColon,
  missingSpace,
  oddIndentation,
} from "./explain-structure-fault.ts";
import type { SyntaxFault } from "./parse-part.ts";
import { type Explain, type Explanation, syntaxScene } from "./syntax-scene.ts";

/** The first that knows the mistake explains it: from what can be told for certain to what is likely. */
const EXPLANATIONS: readonly Explain[] = [
  conflictMarker,
  controlCharacter,
  oddIndentation,
  textBehindDocumentEnd,
  badEscape,
  unclosedQuote,
  unclosedBracket,
  flowSeparator,
  directive,
  propertyAsKey,
  anchorOrAlias,
  blockHeader,
  reservedStart,
  textBehindValue,
  missingSpace,
  listAgainstMap,
  keyInsideText,
  indentation,
  missingColon,
];

/**
 * Says what is wrong at a syntax error, where the mistake is rather than where the parser noticed it, and what to do.
 * `events` are those of the text before it; `lineOf` gives the file's line number of an offset within `text`.
 * Repeats keys and markers of the text, never values, since a value may be a secret.
 */
export function explainSyntaxFault(
  text: string,
  fault: SyntaxFault,
  events: readonly Event[],
  lineOf: (offset: number) => number,
): Explanation {
  const scene = syntaxScene(text, fault, events, lineOf);
  for (const explain of EXPLANATIONS) {
    const explanation = explain(scene);
    if (explanation !== undefined) return explanation;
  }
  const atEnd = fault.offset >= text.trimEnd().length;
  return {
    offset: fault.offset,
    found: atEnd ? "the end of the document" : "text that does not belong to what is before it",
    expected: atEnd ? "the rest of it" : "the next key or item, or the end of the document",
    hint: `compare line ${lineOf(fault.cut)} with the lines before it: indentation, quotes, brackets, colons`,
  };
}
