import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { ItemDelta } from "./write-revision.ts";

/** What a revision changed. */
export interface Deltas {
  /** Declarations, by layer, kind and name. */
  readonly raw: readonly ItemDelta[];
  /** Effective items, by kind and name. */
  readonly effective: readonly ItemDelta[];
}

/** What a revision changed that changed nothing. */
export const noDeltas: Deltas = { raw: [], effective: [] };

/** Reads what a revision changed; of either at most `limit`. */
export async function readDeltas(db: Db, design: string, revision: bigint, limit: number): Promise<Deltas> {
  const number = sql`${`${revision}`}::text::bigint`;
  const change = sql`
    case when bool_and(came) then 'added' when bool_and(not came) then 'deleted' else 'changed' end as change`;
  const part = (table: SQL, key: SQL) => sql`
    select ${key}, ${change}
    from (
      select ${key}, true as came from ${table} where design = ${design} and from_revision = ${number}
      union all
      select ${key}, false from ${table} where design = ${design} and to_revision = ${number}
    ) each
    group by ${key} order by ${key} limit ${limit}`;
  const rows = await execute<{ layer: string | null } & ItemDelta & Record<string, unknown>>(
    db,
    sql`
      (select layer, kind, name, change from (${part(sql`bedplate.document`, sql`layer, kind, name`)}) raw)
      union all
      (select null, kind, name, change from (${part(sql`bedplate.effective_item`, sql`kind, name`)}) effective)`,
  );
  return {
    raw: rows.filter(({ layer }) => layer !== null),
    effective: rows
      .filter(({ layer }) => layer === null)
      .map(({ kind, name, change: how }) => ({ kind, name, change: how })),
  };
}
