import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { ItemKey } from "../../design/item-key.ts";
import type { TreeMap } from "../../design/tree.ts";

/** One state of an item, or of a layer's declaration of it: from a revision on, until before another (null while it lasts). */
export interface ItemVersion {
  /** Empty for an effective item. */
  readonly layer: string;
  readonly from: bigint;
  readonly to: bigint | null;
  readonly tree: TreeMap;
}

/** A revision that wrote something of an item, and whether there was anything of it before and after. */
export interface ItemEvent {
  readonly revision: bigint;
  readonly wasThere: boolean;
  readonly isThere: boolean;
  /** What it replaced or took away. */
  readonly closed: readonly ItemVersion[];
  /** What it brought. */
  readonly opened: readonly ItemVersion[];
}

/** Which item of which design, and whether its declarations are meant or what results of them. */
export interface ItemVersionsQuery extends ItemKey {
  readonly design: string;
  readonly raw: boolean;
}

/** The revisions before one that wrote something of an item, newest first; `limit` at most. The cost grows with their number, not with the design or its age. */
export async function itemEvents(
  db: Db,
  { design, kind, name, raw }: ItemVersionsQuery,
  before: bigint,
  limit: number,
): Promise<readonly ItemEvent[]> {
  const table = raw ? sql`bedplate.document` : sql`bedplate.effective_item`;
  const own = sql`design = ${design} and kind = ${kind} and name = ${name}`;
  const events = await execute<{ revision: string; was_there: boolean; is_there: boolean }>(
    db,
    sql`
      select r.number::text as revision,
        exists (select 1 from ${table} where ${own} and from_revision < r.number
          and (to_revision is null or to_revision >= r.number)) as was_there,
        exists (select 1 from ${table} where ${own} and from_revision <= r.number
          and (to_revision is null or to_revision > r.number)) as is_there
      from (select from_revision as number from ${table} where ${own}
        union select to_revision from ${table} where ${own} and to_revision is not null) r
      where r.number < ${number(before)}
      order by r.number desc limit ${limit}`,
  );
  const [newest, oldest] = [events[0]?.revision, events.at(-1)?.revision];
  if (newest === undefined || oldest === undefined) return [];
  const within = (column: SQL) => sql`${column} between ${number(BigInt(oldest))} and ${number(BigInt(newest))}`;
  const rows = await execute<{ layer: string; from: string; to: string | null; tree: TreeMap }>(
    db,
    sql`
      select ${raw ? sql`layer` : sql`''`} as layer, from_revision::text as "from", to_revision::text as "to",
        ${raw ? sql`spec` : sql`tree`} as tree
      from ${table} where ${own} and (${within(sql`from_revision`)} or ${within(sql`to_revision`)})`,
  );
  const versions = rows.map(({ from, to, ...row }) => ({
    ...row,
    from: BigInt(from),
    to: to === null ? null : BigInt(to),
  }));
  return events.map((event) => {
    const revision = BigInt(event.revision);
    return {
      ...{ revision, wasThere: event.was_there, isThere: event.is_there },
      closed: versions.filter(({ to }) => to === revision),
      opened: versions.filter(({ from }) => from === revision),
    };
  });
}

function number(revision: bigint): SQL {
  return sql`${`${revision}`}::text::bigint`;
}
