import { closeList, type Located } from "./located.ts";

/** A comma separated text as a list, each entry at its own place in the text; any other value stays as it is. */
export function splitCommaText(value: Located): Located {
  if (typeof value.tree !== "string") return value;
  const entries: Located[] = [];
  let offset = 0;
  for (const piece of value.tree.split(",")) {
    const text = piece.trim();
    if (text !== "") {
      const column = value.source.column + offset + (piece.length - piece.trimStart().length);
      entries.push({ tree: text, source: { line: value.source.line, column } });
    }
    offset += piece.length + 1;
  }
  return closeList(entries, value.source);
}
