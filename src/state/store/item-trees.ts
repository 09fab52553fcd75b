import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { effectiveItem } from "../../db/schema.ts";
import { type ItemKey, itemKeyText } from "../../design/item-key.ts";
import type { TreeMap } from "../../design/tree.ts";
import { asOf } from "../as-of.ts";
import type { DesignRow } from "./designs.ts";
import { jsonRows } from "./json-rows.ts";

/** A design as of a revision. */
export interface RevisionOfDesign {
  readonly head: Pick<DesignRow, "name">;
  readonly revision: bigint;
}

/** The condition for the effective items of one kind, as of a revision. */
export function itemsOfKind({ head, revision }: RevisionOfDesign, kind: string): SQL | undefined {
  return and(eq(effectiveItem.design, head.name), eq(effectiveItem.kind, kind), asOf(effectiveItem, revision));
}

/** The condition for one effective item, as of a revision. */
export function itemNamed(at: RevisionOfDesign, { kind, name }: ItemKey): SQL | undefined {
  return and(itemsOfKind(at, kind), eq(effectiveItem.name, name));
}

/** The tree of an effective item; undefined when there is none of that name. */
export async function readTree(db: Db, at: RevisionOfDesign, item: ItemKey): Promise<TreeMap | undefined> {
  const [row] = await db.select({ tree: effectiveItem.tree }).from(effectiveItem).where(itemNamed(at, item));
  return row?.tree;
}

/** The trees of some effective items of a kind, by name; those that aren't there are left out. At most a few hundred names. */
export async function readTreesNamed(
  db: Db,
  at: RevisionOfDesign,
  kind: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, TreeMap>> {
  if (names.length === 0) return new Map();
  const rows = await db
    .select({ name: effectiveItem.name, tree: effectiveItem.tree })
    .from(effectiveItem)
    .where(and(itemsOfKind(at, kind), inArray(effectiveItem.name, [...names])));
  return new Map(rows.map(({ name, tree }) => [name, tree]));
}

/** The tree of the first effective item of a kind by name, such as the design's Site; undefined when there is none. */
export async function readFirstTree(db: Db, at: RevisionOfDesign, kind: string): Promise<TreeMap | undefined> {
  const [row] = await db
    .select({ tree: effectiveItem.tree })
    .from(effectiveItem)
    .where(itemsOfKind(at, kind))
    .orderBy(asc(effectiveItem.name))
    .limit(1);
  return row?.tree;
}

/** Which of some items there are, by their keys ("Kind/name"). */
export async function existingItems(
  db: Db,
  { head, revision }: RevisionOfDesign,
  items: readonly ItemKey[],
): Promise<ReadonlySet<string>> {
  const existing = new Set<string>();
  const keys = new Map(items.map(({ kind, name }) => [itemKeyText({ kind, name }), { kind, name }]));
  const number = sql`${`${revision}`}::text::bigint`;
  for (const part of jsonRows([...keys.values()])) {
    const rows = await execute<{ kind: string; name: string }>(
      db,
      sql`
        select r.kind, r.name
        from jsonb_to_recordset(${part}::text::jsonb) as r(kind text, name text)
        join bedplate.effective_item t on t.design = ${head.name} and t.kind = r.kind and t.name = r.name
        where t.from_revision <= ${number} and (t.to_revision is null or t.to_revision > ${number})`,
    );
    for (const row of rows) existing.add(itemKeyText(row));
  }
  return existing;
}
