import { CustomKindDeclarationSchema } from "../../gen/bedplate/design/v1/custom_kind_pb.js";
import type { FieldShape, KindSchema, MessageSchema } from "./kind-schema.ts";
import { speaksOfSecret } from "./secret-name.ts";
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

/**
 * A part of a declaration, as its author wrote it, with `<secret>` in place of every secret value: what stands where a secret belongs, and what stands under a
 * name that speaks of a secret where no schema says what it is.
 */
export function hideWrittenSecrets(shape: FieldShape, value: Tree): Tree {
  switch (shape.type) {
    case "message":
      if (isTreeMap(value)) return hideInRecord(value, shape.message);
      // A removal marker is no secret.
      return shape.message.hasSecret && value !== "!" && value !== -1 && value !== null
        ? hiddenSecret
        : hideNamed(value);
    case "keyed":
    case "list":
      if (!Array.isArray(value)) return hideNamed(value);
      return value.map((each: Tree) => (isTreeMap(each) ? hideInRecord(each, shape.message) : each));
    case "map":
      return isTreeMap(value) ? eachEntry(value, (_, each) => hideNamed(each)) : hideNamed(value);
    default:
      return hideNamed(value);
  }
}

function hideInRecord(tree: TreeMap, schema: MessageSchema): TreeMap {
  return eachEntry(tree, (name, value) => {
    const field = schema.fields.get(name.replace(/^!/, ""));
    if (field === undefined) return speaksOfSecret(name) ? hiddenSecret : hideNamed(value);
    if (field.secret) return hiddenSecret;
    // What declares a kind names fields and holds no values, though a field's name may speak of secrets.
    if (field.shape.type === "any" && schema.name === CustomKindDeclarationSchema.name) return value;
    return hideWrittenSecrets(field.shape, value);
  });
}

function hideNamed(value: Tree): Tree {
  if (Array.isArray(value)) return value.map(hideNamed);
  if (!isTreeMap(value)) return value;
  return eachEntry(value, (name, each) => (speaksOfSecret(name) ? hiddenSecret : hideNamed(each)));
}

function eachEntry(tree: TreeMap, change: (name: string, value: Tree) => Tree): TreeMap {
  const changed: Record<string, Tree> = Object.create(null);
  for (const name of Object.keys(tree)) changed[name] = change(name, tree[name] ?? null);
  return changed;
}
