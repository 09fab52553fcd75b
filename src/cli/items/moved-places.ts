import { declarationText } from "../../design/declaration-text.ts";
import type { Diagnostic, SourceLocation } from "../../design/diagnostic.ts";
import type { Document } from "../../design/document.ts";
import type { SourceNode } from "../../design/source-node.ts";
import { isTreeMap, type Tree, type TreeMap } from "../../design/tree.ts";

/**
 * Finds the places of a declaration that a server keeps without its text, in the text that was sent: a server locates it in a text of its own, in which everything
 * stands elsewhere. `uri` is what the server calls that text.
 */
export function movedPlaces(document: Document, uri: string): (diagnostic: Diagnostic) => Diagnostic {
  const { kind, name, spec, location } = document;
  const kept = declarationText({ kind, name, spec: sealed(spec) as TreeMap }, uri);
  const places = new Map<string, SourceLocation>();
  // A record begins where its first field does: there the inner one, which comes first, stays.
  const add = (line: number, column: number, to: { line: number; column: number; uri?: string | undefined }) => {
    const at = `${line}:${column}`;
    if (!places.has(at)) places.set(at, { uri: to.uri ?? location.uri, line: to.line, column: to.column });
  };
  const walk = (there: SourceNode, here: SourceNode): void => {
    for (const [key, part] of Object.entries(there.fields ?? {})) {
      const own = here.fields?.[key] ?? (key === "ref" ? here.fields?.literal : undefined);
      if (own !== undefined) walk(part, own);
    }
    for (const [index, part] of (there.items ?? []).entries()) {
      const own = here.items?.[index];
      if (own !== undefined) walk(part, own);
    }
    add(there.line, there.column, here);
    if (there.keyLine === undefined || there.keyColumn === undefined) return;
    add(there.keyLine, there.keyColumn, {
      ...{ line: here.keyLine ?? here.line, column: here.keyColumn ?? here.column, uri: here.uri },
    });
  };
  walk(kept.source, document.source);
  add(kept.location.line, kept.location.column, location);
  const moved = (at: SourceLocation): SourceLocation =>
    at.uri === uri ? (places.get(`${at.line}:${at.column}`) ?? { ...location, line: 0, column: 0 }) : at;
  return (diagnostic) => ({
    ...diagnostic,
    ...(diagnostic.location && { location: moved(diagnostic.location) }),
    related: diagnostic.related.map((each) => ({ ...each, location: moved(each.location) })),
  });
}

/** The tree with a reference in place of every secret in clear, as it is stored. */
function sealed(tree: Tree): Tree {
  if (Array.isArray(tree)) return tree.map((each: Tree) => sealed(each));
  if (!isTreeMap(tree)) return tree;
  const { literal, ...others } = tree;
  if (literal !== undefined && Object.keys(others).length === 0) return { ref: "sealed" };
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, sealed(value)]));
}
