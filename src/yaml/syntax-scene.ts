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
  /** The first line that can't be read: as much of it as is looked at, its spaces in front, what follows them and where that begins. */
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

/** How much of a line is looked at, in UTF-16 units: nobody writes more of one, and a file may be a single line. */
const LOOKED_AT = 4096;

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
    line: line.slice(0, LOOKED_AT),
    indent,
    lineText: line.slice(indent, indent + LOOKED_AT),
    lineOffset: fault.cut + indent,
    before: text.slice(Math.max(lineStart(text, fault.offset), fault.offset - LOOKED_AT), fault.offset),
    after: text.slice(fault.offset, Math.min(lineEnd(text, fault.offset), fault.offset + LOOKED_AT)),
    lineOf,
  };
}
