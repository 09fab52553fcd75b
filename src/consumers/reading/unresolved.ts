import type { YamlDocument, YamlEntry, YamlNode } from "../../yaml/node.ts";

/**
 * The value of a document without the aliases that name no anchor: they are reported, and nothing stands for what they were to bring. The same object when
 * there are none.
 */
export function withoutUnresolved({ root, text }: YamlDocument): YamlNode | null {
  return root === null || !text.includes("*") ? root : cleaned(root, new Map());
}

function cleaned(node: YamlNode, done: Map<YamlNode, YamlNode>): YamlNode {
  if (node.kind === "scalar") return node;
  const known = done.get(node);
  if (known !== undefined) return known;
  const result = node.kind === "list" ? cleanedItems(node, done) : cleanedEntries(node, done);
  done.set(node, result);
  return result;
}

function cleanedItems(list: Extract<YamlNode, { kind: "list" }>, done: Map<YamlNode, YamlNode>): YamlNode {
  const items = list.items.filter((item) => !isUnresolved(item)).map((item) => cleaned(item, done));
  const isSame = items.length === list.items.length && items.every((item, index) => item === list.items[index]);
  return isSame ? list : { ...list, items };
}

function cleanedEntries(map: Extract<YamlNode, { kind: "map" }>, done: Map<YamlNode, YamlNode>): YamlNode {
  const entries = map.entries.flatMap((entry): YamlEntry[] => {
    if (isUnresolved(entry.value)) return [];
    const value = cleaned(entry.value, done);
    return [value === entry.value ? entry : { ...entry, value }];
  });
  const isSame = entries.length === map.entries.length && entries.every((entry, at) => entry === map.entries[at]);
  return isSame ? map : { ...map, entries };
}

/** The reader gives such an alias as its own text, which no plain scalar can have. */
function isUnresolved(node: YamlNode): boolean {
  return node.kind === "scalar" && node.style === "plain" && node.text.startsWith("*");
}
