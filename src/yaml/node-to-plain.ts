import type { SourceNode } from "../design/source-node.ts";
import type { Tree } from "../design/tree.ts";
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
        return { tree: scalarValue(current), source: placeOf(current, key) };
      case "list": {
        const tree: Tree[] = [];
        const items: SourceNode[] = [];
        for (const item of current.items) {
          const plain = convert(item, undefined);
          tree.push(plain.tree);
          items.push(plain.source);
        }
        return { tree, source: { ...placeOf(current, key), items } };
      }
      case "map": {
        const tree = new BareRecord<Tree>();
        const fields = new BareRecord<SourceNode>();
        for (const entry of current.entries) {
          const plain = convert(entry.value, entry.keyPosition);
          tree[entry.key] = plain.tree;
          fields[entry.key] = plain.source;
        }
        return { tree, source: { ...placeOf(current, key), fields } };
      }
    }
  }
}

function placeOf({ position }: YamlNode, key: SourcePosition | undefined): SourceNode {
  if (key === undefined) return position;
  return { ...position, keyLine: key.line, keyColumn: key.column };
}

/**
 * A record that inherits nothing: its prototype is empty and has none itself. `Object.create(null)` would be the same, but engines keep such objects as hash
 * tables, which take several times the memory of a record's few fields.
 */
const BareRecord = function BareRecord() {} as unknown as new <T>() => Record<string, T>;
BareRecord.prototype = Object.create(null);
