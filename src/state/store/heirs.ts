import { sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import { type ItemKey, itemKeyText } from "../../design/item-key.ts";
import type { KindSchema } from "../../design/kind-schema.ts";
import type { TreeMap } from "../../design/tree.ts";
import type { Kinds } from "./design-kinds.ts";
import { itemsOfKind, readTree } from "./item-trees.ts";
import type { DesignAt, FoundReference } from "./references.ts";

/** Everything that inherits from an item in any number of steps, each with the parent it names itself, by kind and name. */
export async function heirsOf(db: Db, design: DesignAt, target: ItemKey): Promise<readonly FoundReference[]> {
  const children = new Map<string, FoundReference[]>();
  for (const [kind, { parentField }] of heirKinds(design.kinds, target.kind)) {
    if (parentField?.parent === undefined) continue;
    const rows = await db
      .select({ name: effectiveItem.name, parent: sql<string | null>`${effectiveItem.tree} ->> ${parentField.name}` })
      .from(effectiveItem)
      .where(itemsOfKind(design, kind));
    for (const { name, parent } of rows) {
      if (parent === null) continue;
      const to = { kind: parentField.parent, name: parent };
      const child = { from: { kind, name }, to, field: parentField.name, isParent: true };
      const others = children.get(itemKeyText(to));
      if (others === undefined) children.set(itemKeyText(to), [child]);
      else others.push(child);
    }
  }
  const heirs = new Map<string, FoundReference>();
  const parents = [target];
  for (const parent of parents) {
    for (const child of children.get(itemKeyText(parent)) ?? []) {
      if (heirs.has(itemKeyText(child.from))) continue;
      heirs.set(itemKeyText(child.from), child);
      parents.push(child.from);
    }
  }
  return [...heirs.values()].sort(({ from: a }, { from: b }) => compare(a.kind, b.kind) || compare(a.name, b.name));
}

/** Kinds of which items may inherit from one of a kind, in any number of steps. */
function heirKinds(kinds: Kinds, kind: string): ReadonlyMap<string, KindSchema> {
  const heirs = new Map<string, KindSchema>();
  let size = -1;
  while (heirs.size > size) {
    size = heirs.size;
    for (const [name, schema] of kinds) {
      const parent = schema.parentField?.parent;
      if (parent !== undefined && (parent === kind || heirs.has(parent))) heirs.set(name, schema);
    }
  }
  return heirs;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What an item inherits from: its parent, that one's parent and so on, nearest first, to the first that is missing or came before. */
export async function ancestryOf(db: Db, design: DesignAt, target: ItemKey): Promise<readonly FoundReference[]> {
  const chain: FoundReference[] = [];
  const seen = new Set<string>();
  let from: ItemKey = target;
  while (!seen.has(itemKeyText(from))) {
    seen.add(itemKeyText(from));
    const field = design.kinds.get(from.kind)?.parentField;
    const tree: TreeMap | undefined = field && (await readTree(db, design, from));
    const name = field && tree?.[field.name];
    if (field?.parent === undefined || typeof name !== "string") break;
    const to = { kind: field.parent, name };
    chain.push({ from, to, field: field.name, isParent: true });
    from = to;
  }
  return chain;
}
