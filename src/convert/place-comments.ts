import type { Comment } from "./read-comments.ts";
import type { Anchor, WrittenDocument } from "./written-document.ts";

/** A YAML document of a file: the lines it takes, from 1, and what it becomes. */
export interface ConvertedPart {
  readonly firstLine: number;
  /** Where its first value stands. */
  readonly contentLine: number;
  /** The line behind its last. */
  readonly endLine: number;
  /** In the order they are written; none when it is left out. */
  readonly written: readonly WrittenDocument[];
}

/** Where the comments of a file went that belong to no document. */
export interface LooseComments {
  /** What stands before the first document. */
  readonly head: readonly string[];
  /** Comments of parts of which nothing is written. */
  readonly left: readonly Comment[];
}

/**
 * Puts each comment of a file where what followed it is now written: above the next field, member or document, behind a value when it stood behind one, and
 * at the end of its document when nothing follows. `anchors` are those of the file's lines, in the order they are written. Comments before the first
 * document are the head of the file.
 */
export function placeComments(
  comments: readonly Comment[],
  parts: readonly ConvertedPart[],
  anchors: readonly Anchor[],
): LooseComments {
  const byLine = anchors.toSorted((a, b) => a.line - b.line);
  const head: string[] = [];
  const left: Comment[] = [];
  let at = -1;
  for (const comment of comments) {
    const { line, text, alone } = comment;
    while ((parts[at + 1]?.firstLine ?? line + 1) <= line) at++;
    const part = parts[at];
    if (part === undefined || (at === 0 && part.written.length === 0 && line < part.contentLine)) {
      head.push(text);
      continue;
    }
    const first = firstFrom(byLine, alone ? line + 1 : line);
    const holder = alone ? undefined : freeOn(byLine, first, line);
    const next = byLine[first];
    const last = part.written.at(-1);
    if (holder !== undefined) holder.remarks.behind = text;
    else if (next !== undefined && next.line < part.endLine) next.remarks.above.push(text);
    else if (last !== undefined) last.below.push(text);
    else left.push(comment);
  }
  return { head, left };
}

/** The first anchor on a line that has no comment behind it yet and can have one. */
function freeOn(byLine: readonly Anchor[], from: number, line: number): Anchor | undefined {
  for (let at = from; byLine[at]?.line === line; at++) {
    const anchor = byLine[at];
    if (anchor?.takesBehind && anchor.remarks.behind === undefined) return anchor;
  }
  return undefined;
}

/** Index of the first anchor on a line or behind it. */
function firstFrom(byLine: readonly Anchor[], line: number): number {
  let [from, to] = [0, byLine.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((byLine[middle]?.line ?? 0) < line) from = middle + 1;
    else to = middle;
  }
  return from;
}
