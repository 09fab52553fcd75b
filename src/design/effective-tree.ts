import type { Declared, DeclaredMessage } from "./declared.ts";
import type { FieldShape, MessageSchema } from "./kind-schema.ts";
import type { Tree, TreeMap } from "./tree.ts";

/** Turns merged declarations into plain trees with their defaults; what items inherit from the same parent they share. */
export interface TreeBuilder {
  /** The tree of a merged item: fields in the order of the schema, defaults where nobody set a field, empty lists and maps left out. */
  item(declared: DeclaredMessage, schema: MessageSchema): TreeMap;
  /** The tree of one merged value. */
  value(declared: Declared, shape: FieldShape): Tree | undefined;
}

/** A builder that remembers what it built; give it merged declarations only, of one set of schemas. Without `defaults` it adds none. */
export function treeBuilder(options: { readonly defaults: boolean } = { defaults: true }): TreeBuilder {
  const built = new Map<Declared, Tree>();

  let owner: string | undefined;

  function item(declared: DeclaredMessage, schema: MessageSchema): TreeMap {
    owner = declared.origin.item;
    return message(declared, schema);
  }

  function message(declared: DeclaredMessage, schema: MessageSchema): TreeMap {
    const known = built.get(declared);
    if (known !== undefined) return known as TreeMap;
    const tree: Record<string, Tree> = {};
    for (const field of schema.fields.values()) {
      const own = declared.fields[field.name];
      const plain = own !== undefined ? value(own, field.shape) : options.defaults ? field.effectiveDefault : undefined;
      if (plain !== undefined) tree[field.name] = plain;
    }
    if (declared.origin.item !== owner) built.set(declared, tree);
    return tree;
  }

  function value(declared: Declared, shape: FieldShape): Tree | undefined {
    switch (declared.type) {
      case "scalar":
      case "tree":
        return declared.value;
      case "removal":
        return undefined;
      case "message":
        return shape.type === "message" || shape.type === "keyed" || shape.type === "list"
          ? message(declared, shape.message)
          : undefined;
      case "list":
      case "group": {
        const known = built.get(declared);
        if (known !== undefined) return known;
        const tree = declared.type === "list" ? listed(declared.items, shape) : grouped(declared.members, shape);
        if (tree !== undefined && declared.origin.item !== owner) built.set(declared, tree);
        return tree;
      }
    }
  }

  function listed(items: readonly Declared[], shape: FieldShape): Tree | undefined {
    if (items.length === 0) return undefined;
    return items.map((each) => value(each, shape)).filter((each) => each !== undefined);
  }

  function grouped(members: ReadonlyMap<string, Declared>, shape: FieldShape): Tree | undefined {
    if (members.size === 0) return undefined;
    if (shape.type !== "map") return listed([...members.values()], shape);
    const tree: Record<string, Tree> = Object.create(null);
    for (const [key, member] of members) tree[key] = value(member, shape) ?? null;
    return tree;
  }

  return { item, value };
}
