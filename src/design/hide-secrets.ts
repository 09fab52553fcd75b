import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** What stands in place of a secret value wherever an item is shown. */
export const hiddenSecret = "<secret>";

/** The tree of an item with `<secret>` in place of every secret value; the same object when it holds none. References to secrets stay. */
export function hideSecrets(schema: KindSchema | undefined, tree: TreeMap): TreeMap {
  return schema === undefined ? tree : rewriteMessage(tree, schema.message, hiddenSecret);
}

/** The same for a part of an item. */
export function hideSecretsIn(shape: FieldShape, value: Tree): Tree {
  return rewritePart(value, shape, hiddenSecret);
}

/** The tree of an item without its secret values; the same object when it holds none. References to secrets stay. */
export function withoutSecrets(schema: KindSchema, tree: TreeMap): TreeMap {
  return rewriteMessage(tree, schema.message, undefined);
}

function rewritePart(value: Tree, shape: FieldShape, text: string | undefined): Tree {
  switch (shape.type) {
    case "message":
      return isTreeMap(value) ? rewriteMessage(value, shape.message, text) : value;
    case "keyed":
    case "list": {
      if (!Array.isArray(value)) return value;
      const rewritten = value.map((each: Tree) => (isTreeMap(each) ? rewriteMessage(each, shape.message, text) : each));
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
    const rewritten = field.secret ? text : rewritePart(value, field.shape, text);
    if (rewritten === value) continue;
    changed ??= { ...tree };
    if (rewritten === undefined) delete changed[field.name];
    else changed[field.name] = rewritten;
  }
  return changed ?? tree;
}
