import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { TreeMap } from "../../design/tree.ts";

/** Which items of two revisions of a design are compared. */
export interface ComparedRevisions {
  readonly design: string;
  /** The revisions, 0 for a design without anything; which of them is the newer one makes no difference. */
  readonly from: bigint;
  readonly to: bigint;
  /** Compare effective items in place of declarations. */
  readonly effective: boolean;
  /** Empty for all. */
  readonly kind: string;
  readonly name: string;
}

/** An item, or a layer's declaration of it; `layer` is empty for an effective item. */
export interface ChangedKey {
  readonly kind: string;
  readonly name: string;
  readonly layer: string;
}

/** Where a list of changed items begins: at an item, or behind it. */
export interface ChangedStart {
  readonly key: ChangedKey;
  readonly isLeftOut: boolean;
}

/** What an item was and is: null on a side that doesn't have it. */
export interface ChangedItem extends ChangedKey {
  readonly before: TreeMap | null;
  readonly after: TreeMap | null;
}

/**
 * The items that differ between two revisions, by kind, name and layer, `limit` at most: effective ones that are another, or declarations that say something else,
 * wherever they say it. The cost grows with what was changed between the revisions, not with the design.
 */
export function changedKeys(
  db: Db,
  compared: ComparedRevisions,
  start: ChangedStart | undefined,
  limit: number,
): Promise<readonly ChangedKey[]> {
  const { design, from, to, kind, name, effective } = compared;
  const [older, newer] = from < to ? [from, to] : [to, from];
  const { table, layer } = tableOf(effective);
  const wanted = sql`${kind === "" ? sql`true` : sql`kind = ${kind}`} and ${name === "" ? sql`true` : sql`name = ${name}`}`;
  const here =
    start === undefined
      ? sql`true`
      : sql`(kind, name, layer) ${start.isLeftOut ? sql`>` : sql`>=`} (${start.key.kind}, ${start.key.name}, ${start.key.layer})`;
  // A row that begins or ends between the two revisions is of an item that may differ; no other item does.
  const between = (column: SQL) => sql`
    select kind, name, ${layer} as layer from ${table}
    where design = ${design} and ${column} > ${number(older)} and ${column} <= ${number(newer)} and ${wanted}`;
  const differs = effective
    ? sql`a.digest is distinct from b.digest`
    : sql`a.digest is distinct from b.digest and a.tree is distinct from b.tree`;
  return execute<ChangedKey & Record<string, unknown>>(
    db,
    sql`
      select r.kind, r.name, r.layer
      from (select * from (${between(sql`from_revision`)} union ${between(sql`to_revision`)}) each where ${here}) r
      left join ${side(compared, from)} a on true
      left join ${side(compared, to)} b on true
      where ${differs}
      order by r.kind, r.name, r.layer
      limit ${limit}`,
  );
}

/** What some items were in one revision and are in the other, in the order they are given. At most a few hundred: they may be large. */
export async function readSides(
  db: Db,
  compared: ComparedRevisions,
  keys: readonly ChangedKey[],
): Promise<readonly ChangedItem[]> {
  if (keys.length === 0) return [];
  const rows = JSON.stringify(keys.map(({ kind, name, layer }, ordinal) => ({ ordinal, kind, name, layer })));
  return execute<ChangedItem & Record<string, unknown>>(
    db,
    sql`
      select r.kind, r.name, r.layer, a.tree as before, b.tree as after
      from jsonb_to_recordset(${rows}::text::jsonb) as r(ordinal integer, kind text, name text, layer text)
      left join ${side(compared, compared.from)} a on true
      left join ${side(compared, compared.to)} b on true
      order by r.ordinal`,
  );
}

function tableOf(effective: boolean) {
  return effective
    ? { table: sql`bedplate.effective_item`, layer: sql`''::text collate "C"`, tree: sql`tree`, own: sql`true` }
    : { table: sql`bedplate.document`, layer: sql`layer`, tree: sql`spec`, own: sql`t.layer = r.layer` };
}

/** The row of an item `r` in a revision. */
function side({ design, effective }: ComparedRevisions, revision: bigint): SQL {
  const { table, tree, own } = tableOf(effective);
  // There is one at most; the limit makes the database look it up by its key, item by item, whatever it thinks their number is.
  return sql`
    lateral (
      select digest, ${tree} as tree from ${table} t
      where t.design = ${design} and t.kind = r.kind and t.name = r.name and ${own}
        and t.from_revision <= ${number(revision)} and (t.to_revision is null or t.to_revision > ${number(revision)})
      limit 1
    )`;
}

function number(revision: bigint): SQL {
  return sql`${`${revision}`}::text::bigint`;
}
