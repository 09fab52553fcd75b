import type { Event } from "js-yaml";
import { lineEnd, lineStart } from "./line-bounds.ts";
import type { SyntaxFault } from "./parse-part.ts";

/** A syntax error in words a person can act on. Offsets are within the document's text. */
export interface Explanation {
  readonly offset: number;
  readonly found: string;
  readonly expected: string;
  readonly hint: string;
  readonly related?: readonly { readonly message: string; readonly at: number }[];
}

/** One kind of mistake: explains it if it is the one made, else undefined. */
export type Explain = (scene: SyntaxScene) => Explanation | undefined;

/** What an explanation may look at. Offsets are within the document's text. */
export interface SyntaxScene {
  readonly text: string;
  readonly fault: SyntaxFault;
  /** Of the text before the first line that can't be read. */
  readonly events: readonly Event[];
  /** The first line that can't be read: all of it, its spaces in front, what follows them and where that begins. */
  readonly line: string;
  readonly indent: number;
  readonly lineText: string;
  readonly lineOffset: number;
  /** The line on which the parser gave up, up to that place and from it. */
  readonly before: string;
  readonly after: string;
  /** The file's line number of an offset. */
  readonly lineOf: (offset: number) => number;
}

/** Sets the scene of a fault. */
export function syntaxScene(
  text: string,
  fault: SyntaxFault,
  events: readonly Event[],
  lineOf: (offset: number) => number,
): SyntaxScene {
  const line = text.slice(fault.cut, lineEnd(text, fault.cut));
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  return {
    text,
    fault,
    events,
    line,
    indent,
    lineText: line.slice(indent),
    lineOffset: fault.cut + indent,
    before: text.slice(lineStart(text, fault.offset), fault.offset),
    after: text.slice(fault.offset, lineEnd(text, fault.offset)),
    lineOf,
  };
}
