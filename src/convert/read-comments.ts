import { lineEnd, lineStart } from "../yaml/line-bounds.ts";
import { lineTable } from "../yaml/line-table.ts";
import type { YamlDocument, YamlEntry, YamlNode, YamlScalar } from "../yaml/node.ts";

/** A comment of a file: its line from 1, its text from the `#` on, and whether nothing else stands on its line. */
export interface Comment {
  readonly line: number;
  readonly text: string;
  readonly alone: boolean;
}

/** Offsets in a file between which a `#` belongs to a value or a key. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The comments of a file, in order, given its documents. What stands inside a text, in quotes or in a block, is none. */
export function readComments(file: string, documents: readonly YamlDocument[]): readonly Comment[] {
  if (!file.includes("#")) return [];
  const { starts, lineIndex } = lineTable(file);
  const spans = documents.flatMap((each) => spansOf(each, file, starts)).sort((a, b) => a.start - b.start);
  const comments: Comment[] = [];
  let next = 0;
  for (let at = file.indexOf("#"); at !== -1; ) {
    let span = spans[next];
    while (span !== undefined && span.end <= at) span = spans[++next];
    if (span !== undefined && span.start <= at) at = file.indexOf("#", span.end);
    else if (at > 0 && !/[\s\ufeff]/.test(file[at - 1] ?? "")) at = file.indexOf("#", at + 1);
    else {
      const end = lineEnd(file, at);
      const alone = /^[\s\ufeff]*$/.test(file.slice(lineStart(file, at), at));
      comments.push({ line: lineIndex(at) + 1, text: file.slice(at, end).trimEnd(), alone });
      at = file.indexOf("#", end);
    }
  }
  return comments;
}

function spansOf({ root, text, firstLine }: YamlDocument, file: string, starts: readonly number[]): readonly Span[] {
  const line = starts[firstLine - 1] ?? 0;
  // A byte-order mark before a document is not part of its text.
  const base = file.startsWith(text, line) ? line : line + 1;
  const spans: Span[] = [];
  const seen = new Set<YamlNode>();
  if (root !== null) visit(root);
  return spans;

  function visit(node: YamlNode): void {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === "scalar") addScalar(node);
    else if (node.kind === "list") for (const item of node.items) visit(item);
    else for (const entry of node.entries) visitEntry(entry);
  }

  function visitEntry({ keyPosition, value }: YamlEntry): void {
    const from = starts[keyPosition.line - 1] ?? 0;
    const written = file.slice(from, lineEnd(file, from));
    if (written.includes("#")) {
      const start = from + [...written].slice(0, keyPosition.column - 1).join("").length;
      const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(file.slice(start, from + written.length))?.[0];
      if (quoted !== undefined) spans.push({ start, end: start + quoted.length });
    }
    visit(value);
  }

  /** A comment may stand behind the header of a block, and what follows a block may look like a part of it. */
  function addScalar({ style, start, end }: YamlScalar): void {
    if (end <= start) return;
    const first = lineEnd(text, start);
    const header = style === "block" ? /^[|>][-+1-9]{0,2}[ \t]+(?=#)/.exec(text.slice(start, first))?.[0] : undefined;
    if (header !== undefined) spans.push({ start: base + start, end: base + start + header.length });
    const from = header === undefined ? start : first;
    if (end > from) spans.push({ start: base + from, end: base + end });
  }
}
