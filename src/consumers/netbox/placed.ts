import type { Document } from "../../design/document.ts";
import type { SourceNode } from "../../design/source-node.ts";
import type { Tree, TreeMap } from "../../design/tree.ts";

/** A value and the object it comes from: objects have no lines, so each is line 1 of its URL. */
export interface Placed {
  readonly tree: Tree;
  readonly source: SourceNode;
}

/** The form of documents that come from a NetBox. */
export const NETBOX_FORM = "netbox";

/** Makes values of one document, whose own object is at `home`. */
export interface Placing {
  /** A single value of the object at `uri`; nothing for nothing. */
  value(tree: string | number | undefined, uri?: string): Placed | undefined;
  /** A record of what is there; nothing when nothing is. */
  record(fields: Readonly<Record<string, Placed | undefined>>, uri?: string): Placed | undefined;
  /** A list; nothing when it is empty. */
  list(items: readonly (Placed | undefined)[]): Placed | undefined;
  /** The document, of what is there. */
  document(kind: string, name: string, fields: Readonly<Record<string, Placed | undefined>>): Document;
}

/** Makes the values of a document that begins at `home`. */
export function placing(home: string): Placing {
  const at = (uri = home): SourceNode => ({ line: 1, column: 1, ...(uri !== home && { uri }) });
  const gather = (given: Readonly<Record<string, Placed | undefined>>) => {
    const tree: Record<string, Tree> = {};
    const fields: Record<string, SourceNode> = Object.create(null);
    for (const [name, placed] of Object.entries(given)) {
      if (placed === undefined) continue;
      tree[name] = placed.tree;
      fields[name] = placed.source;
    }
    return { tree: tree satisfies TreeMap, fields, isEmpty: Object.keys(tree).length === 0 };
  };
  return {
    value: (tree, uri) => (tree === undefined ? undefined : { tree, source: at(uri) }),
    record(given, uri) {
      const { tree, fields, isEmpty } = gather(given);
      return isEmpty ? undefined : { tree, source: { ...at(uri), fields } };
    },
    list(given) {
      const items = given.filter((item) => item !== undefined);
      if (items.length === 0) return undefined;
      return { tree: items.map(({ tree }) => tree), source: { ...at(), items: items.map(({ source }) => source) } };
    },
    document(kind, name, given) {
      const { tree, fields } = gather(given);
      return {
        ...{ kind, name, spec: tree, part: "formation", form: NETBOX_FORM, complete: true, conversions: [] },
        location: { uri: home, line: 1, column: 1 },
        source: { line: 1, column: 1, fields },
      };
    },
  };
}
