import type { YamlNode, YamlScalar } from "../../yaml/node.ts";
import { isRemoval, listOf, textAt } from "../reading/map-draft.ts";

/** A comma separated text as a list, each entry at its own place in the text; any other value, and "!", stays as it is. */
export function splitCommaText(node: YamlNode): YamlNode {
  if (node.kind !== "scalar" || typeof node.value !== "string" || isRemoval(node)) return node;
  const { value, position } = node;
  const inset = insetOf(node);
  const entries: YamlScalar[] = [];
  let offset = 0;
  for (const piece of value.split(",")) {
    const text = piece.trim();
    if (text !== "") {
      const before = value.slice(0, offset + piece.length - piece.trimStart().length);
      const column = position.column + (inset === undefined ? 0 : inset + [...before].length);
      entries.push(textAt(text, { ...position, column }));
    }
    offset += piece.length + 1;
  }
  return listOf(entries, position);
}

/** How far behind its place the text of a scalar begins; undefined when it wasn't written letter by letter on one line. */
function insetOf({ style, value, start, end }: YamlScalar): number | undefined {
  const quotes = style === "quoted" ? 1 : 0;
  return style !== "block" && end - start - 2 * quotes === String(value).length ? quotes : undefined;
}
