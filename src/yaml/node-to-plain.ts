import type { SourceNode } from "../design/source-node.ts";
import type { Tree } from "../design/tree.ts";
import { bareRecord } from "./bare-record.ts";
import type { SourcePosition, YamlNode, YamlScalar } from "./node.ts";

/** A plain value and, in the same shape, where each of its parts was written. */
export interface PlainWithSource {
  readonly tree: Tree;
  readonly source: SourceNode;
}

/**
 * Turns a node into a plain value and its source map; records inherit nothing, so any key is an ordinary one. Aliases are copied out, so no two places share an object.
 * `scalarValue` says what a scalar becomes; by default its core schema value.
 */
export function nodeToPlain(
  node: YamlNode,
  scalarValue: (scalar: YamlScalar) => Tree = (scalar) => scalar.value,
): PlainWithSource {
  return convert(node, undefined);

  function convert(current: YamlNode, key: SourcePosition | undefined): PlainWithSource {
    switch (current.kind) {
      case "scalar":
        return { tree: scalarValue(current), source: placeOf(current.position, key) };
      case "list": {
        const tree: Tree[] = [];
        const items: SourceNode[] = [];
        for (const item of current.items) {
          const plain = convert(item, undefined);
          tree.push(plain.tree);
          items.push(plain.source);
        }
        return { tree, source: withItems(current.position, key, items) };
      }
      case "map": {
        const tree = bareRecord<Tree>();
        const fields = bareRecord<SourceNode>();
        for (const entry of current.entries) {
          const plain = convert(entry.value, entry.keyPosition);
          tree[entry.key] = plain.tree;
          fields[entry.key] = plain.source;
        }
        return { tree, source: withFields(current.position, key, fields) };
      }
    }
  }
}

// Literals, each written out: an object made by spreading and adding to it takes half as much memory again, and there is one for every value.

function placeOf({ line, column, uri }: SourcePosition, key: SourcePosition | undefined): SourceNode {
  if (key === undefined) return uri === undefined ? { line, column } : { line, column, uri };
  const { line: keyLine, column: keyColumn } = key;
  return uri === undefined ? { line, column, keyLine, keyColumn } : { line, column, uri, keyLine, keyColumn };
}

function withItems(at: SourcePosition, key: SourcePosition | undefined, items: readonly SourceNode[]): SourceNode {
  const { line, column, uri } = at;
  if (uri !== undefined) return { ...placeOf(at, key), items };
  if (key === undefined) return { line, column, items };
  return { line, column, keyLine: key.line, keyColumn: key.column, items };
}

function withFields(
  at: SourcePosition,
  key: SourcePosition | undefined,
  fields: Readonly<Record<string, SourceNode>>,
): SourceNode {
  const { line, column, uri } = at;
  if (uri !== undefined) return { ...placeOf(at, key), fields };
  if (key === undefined) return { line, column, fields };
  return { line, column, keyLine: key.line, keyColumn: key.column, fields };
}
