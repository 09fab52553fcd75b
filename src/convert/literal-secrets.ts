import { fieldPath, indexPath, keyPath } from "../design/field-path.ts";
import type { KindSchema, MessageSchema } from "../design/kind-schema.ts";
import { type MarkedFields, markedFields } from "../design/marked-fields.ts";
import { isTreeMap, type Tree, type TreeMap } from "../design/tree.ts";

/** Finds the paths of secrets that stand in clear in documents of the given kinds. */
export function literalSecretFinder(
  kinds: ReadonlyMap<string, KindSchema>,
): (kind: string, spec: TreeMap) => readonly string[] {
  const marked = markedFields(({ secret }) => secret);
  return (kind, spec) => {
    const schema = kinds.get(kind);
    return schema === undefined ? [] : inMessage(spec, schema.message, "", marked);
  };
}

function inMessage(tree: TreeMap, schema: MessageSchema, path: string, marked: MarkedFields): readonly string[] {
  return marked.of(schema).flatMap(({ name, secret, shape }): readonly string[] => {
    const value = tree[name];
    const at = fieldPath(path, name);
    if (value === undefined || value === null || value === "!" || value === -1) return [];
    if (secret) return [at];
    if (!("message" in shape)) return [];
    if (isTreeMap(value)) return inMessage(value, shape.message, at, marked);
    if (!Array.isArray(value)) return [];
    return value.flatMap((member: Tree, index) => {
      if (!isTreeMap(member)) return [];
      const key = shape.type === "keyed" ? member[shape.key] : undefined;
      return inMessage(
        member,
        shape.message,
        key === undefined || typeof key === "object" ? indexPath(at, index) : keyPath(at, String(key)),
        marked,
      );
    });
  });
}
