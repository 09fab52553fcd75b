import type { FieldSchema, KindSchema, MessageSchema } from "./kind-schema.ts";
import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** What stands in place of a secret value wherever an item is shown. */
export const hiddenSecret = "<secret>";

/** The tree of an item with `<secret>` in place of every secret value. References to secrets stay. */
export function hideSecrets(schema: KindSchema | undefined, tree: TreeMap): TreeMap {
  return schema === undefined ? tree : hideInMessage(schema.message, tree);
}

function hideInMessage(message: MessageSchema, tree: TreeMap): TreeMap {
  const shown: Record<string, Tree> = Object.create(null);
  for (const [name, value] of Object.entries(tree)) {
    const field = message.fields.get(name);
    shown[name] = field === undefined ? value : hideInField(field, value);
  }
  return shown;
}

function hideInField(field: FieldSchema, value: Tree): Tree {
  if (field.secret) return hiddenSecret;
  const { shape } = field;
  if (shape.type === "message") return isTreeMap(value) ? hideInMessage(shape.message, value) : value;
  if (shape.type !== "keyed" && shape.type !== "list") return value;
  return Array.isArray(value)
    ? value.map((member: Tree) => (isTreeMap(member) ? hideInMessage(shape.message, member) : member))
    : value;
}
