import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { TreeMap } from "../../design/tree.ts";

/** Which items of two revisions of a design are compared, and from where on. */
export interface ChangedItemsQuery {
  readonly design: string;
  /** The revisions, 0 for a design without anything; which of them is the newer one makes no difference. */
  readonly from: bigint;
  readonly to: bigint;
  /** Empty for all. */
  readonly kind: string;
  readonly name: string;
  /** Kind, name and layer (empty for effective items) of the first item wanted: those before it are left out. */
  readonly start?: readonly [kind: string, name: string, layer: string];
  /** Leave out the first one itself, too. */
  readonly startsAfter?: boolean;
  readonly limit: number;
}

/** An item, or a layer's declaration of it, that differs between two revisions: null on a side that doesn't have it. */
export interface ChangedItem {
  readonly kind: string;
  readonly name: string;
  /** Empty for an effective item. */
  readonly layer: string;
  readonly before: TreeMap | null;
  readonly after: TreeMap | null;
}

/** Effective items that differ between two revisions, by kind and name. The cost grows with what was changed between them, not with the design. */
export function changedEffective(db: Db, query: ChangedItemsQuery): Promise<readonly ChangedItem[]> {
  return changedItems(db, query, {
    table: sql`bedplate.effective_item`,
    layer: sql`''::text collate "C"`,
    own: sql`true`,
    tree: sql`tree`,
    differs: sql`a.digest is distinct from b.digest`,
  });
}

/** Declarations that say something else in two revisions, wherever they say it, by kind, name and layer. The cost is as that of `changedEffective`. */
export function changedDeclarations(db: Db, query: ChangedItemsQuery): Promise<readonly ChangedItem[]> {
  return changedItems(db, query, {
    table: sql`bedplate.document`,
    layer: sql`layer`,
    own: sql`t.layer = changed.layer`,
    tree: sql`spec`,
    differs: sql`a.digest is distinct from b.digest and a.tree is distinct from b.tree`,
  });
}

interface Ranged {
  readonly table: SQL;
  readonly layer: SQL;
  readonly own: SQL;
  readonly tree: SQL;
  readonly differs: SQL;
}

function changedItems(
  db: Db,
  { design, from, to, kind, name, start, startsAfter = false, limit }: ChangedItemsQuery,
  { table, layer, own, tree, differs }: Ranged,
): Promise<readonly ChangedItem[]> {
  const [older, newer] = from < to ? [from, to] : [to, from];
  const wanted = sql`${kind === "" ? sql`true` : sql`kind = ${kind}`} and ${name === "" ? sql`true` : sql`name = ${name}`}`;
  const onwards = startsAfter ? sql`>` : sql`>=`;
  const here =
    start === undefined ? sql`true` : sql`(kind, name, layer) ${onwards} (${start[0]}, ${start[1]}, ${start[2]})`;
  // A row that begins or ends between the two revisions is of an item that may differ; no other item does.
  const between = (column: SQL) => sql`
    select kind, name, ${layer} as layer from ${table}
    where design = ${design} and ${column} > ${number(older)} and ${column} <= ${number(newer)} and ${wanted}`;
  const side = (revision: bigint) => sql`
    lateral (
      select digest, ${tree} as tree from ${table} t
      where t.design = ${design} and t.kind = changed.kind and t.name = changed.name and ${own}
        and t.from_revision <= ${number(revision)} and (t.to_revision is null or t.to_revision > ${number(revision)})
    )`;
  return execute<ChangedItem & Record<string, unknown>>(
    db,
    sql`
      select changed.kind, changed.name, changed.layer, a.tree as before, b.tree as after
      from (select * from (${between(sql`from_revision`)} union ${between(sql`to_revision`)}) each where ${here}) changed
      left join ${side(from)} a on true
      left join ${side(to)} b on true
      where ${differs}
      order by changed.kind, changed.name, changed.layer
      limit ${limit}`,
  );
}

function number(revision: bigint): SQL {
  return sql`${`${revision}`}::text::bigint`;
}
