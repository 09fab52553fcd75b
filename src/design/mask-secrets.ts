import type { FieldShape, MessageSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** What stands where a secret value is. */
export const SECRET_TEXT = "<secret>";

/** A part of a tree with every secret value replaced by "<secret>"; the same object when it holds none. */
export function maskSecrets(value: Tree, shape: FieldShape): Tree {
  return rewriteSecrets(value, shape, SECRET_TEXT) ?? null;
}

/** A tree without its secret values; the same object when it holds none. */
export function withoutSecrets(tree: TreeMap, schema: MessageSchema): TreeMap {
  return rewriteMessage(tree, schema, undefined);
}

function rewriteSecrets(value: Tree, shape: FieldShape, text: string | undefined): Tree | undefined {
  switch (shape.type) {
    case "message":
      return isTreeMap(value) ? rewriteMessage(value, shape.message, text) : value;
    case "keyed":
    case "list": {
      if (!Array.isArray(value)) return value;
      const rewritten = value.map((each) => (isTreeMap(each) ? rewriteMessage(each, shape.message, text) : each));
      return rewritten.every((each, index) => each === value[index]) ? value : rewritten;
    }
    default:
      return value;
  }
}

function rewriteMessage(tree: TreeMap, schema: MessageSchema, text: string | undefined): TreeMap {
  let changed: Record<string, Tree> | undefined;
  for (const field of schema.fields.values()) {
    const value = tree[field.name];
    if (value === undefined) continue;
    const rewritten = field.secret ? text : rewriteSecrets(value, field.shape, text);
    if (rewritten === value) continue;
    changed ??= { ...tree };
    if (rewritten === undefined) delete changed[field.name];
    else changed[field.name] = rewritten;
  }
  return changed ?? tree;
}
