import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { ItemDelta } from "./write-revision.ts";

/** Declarations that a revision changed, by layer, kind and name; `limit` at most. */
export function readRawDeltas(db: Db, design: string, revision: bigint, limit: number): Promise<readonly ItemDelta[]> {
  return readDeltas(db, sql`bedplate.document`, sql`layer, kind, name`, design, revision, limit);
}

/** Effective items that a revision changed, by kind and name; `limit` at most. */
export function readEffectiveDeltas(
  db: Db,
  design: string,
  revision: bigint,
  limit: number,
): Promise<readonly ItemDelta[]> {
  return readDeltas(db, sql`bedplate.effective_item`, sql`kind, name`, design, revision, limit);
}

async function readDeltas(db: Db, table: SQL, key: SQL, design: string, revision: bigint, limit: number) {
  const number = sql`${`${revision}`}::text::bigint`;
  return execute<ItemDelta & Record<string, unknown>>(
    db,
    sql`
      select ${key}, case when bool_and(came) then 'added' when bool_and(not came) then 'deleted' else 'changed' end as change
      from (
        select ${key}, true as came from ${table} where design = ${design} and from_revision = ${number}
        union all
        select ${key}, false from ${table} where design = ${design} and to_revision = ${number}
      ) each
      group by ${key} order by ${key} limit ${limit}`,
  );
}
