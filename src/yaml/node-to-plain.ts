import type { SourceNode } from "../design/source-node.ts";
import type { Tree } from "../design/tree.ts";
import type { SourcePosition, YamlNode, YamlScalar } from "./node.ts";

/** A plain value and, in the same shape, where each of its parts was written. */
export interface PlainWithSource {
  readonly tree: Tree;
  readonly source: SourceNode;
}

/**
 * Turns a node into a plain value and its source map; records have no prototype, so any key is an ordinary one. Aliases are copied out, so no two places share an object.
 * `scalarValue` says what a scalar becomes; by default its core schema value.
 */
export function nodeToPlain(
  node: YamlNode,
  scalarValue: (scalar: YamlScalar) => Tree = (scalar) => scalar.value,
): PlainWithSource {
  return convert(node, undefined);

  function convert(current: YamlNode, key: SourcePosition | undefined): PlainWithSource {
    const place =
      key === undefined ? current.position : { ...current.position, keyLine: key.line, keyColumn: key.column };
    switch (current.kind) {
      case "scalar":
        return { tree: scalarValue(current), source: place };
      case "list": {
        const tree: Tree[] = [];
        const items: SourceNode[] = [];
        for (const item of current.items) {
          const plain = convert(item, undefined);
          tree.push(plain.tree);
          items.push(plain.source);
        }
        return { tree, source: { ...place, items } };
      }
      case "map": {
        const tree: Record<string, Tree> = Object.create(null);
        const fields: Record<string, SourceNode> = Object.create(null);
        for (const entry of current.entries) {
          const plain = convert(entry.value, entry.keyPosition);
          tree[entry.key] = plain.tree;
          fields[entry.key] = plain.source;
        }
        return { tree, source: { ...place, fields } };
      }
    }
  }
}
