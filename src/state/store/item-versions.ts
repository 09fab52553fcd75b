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
  const events = await execute<{ revision: string }>(
    db,
    sql`
      select r.number::text as revision
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
  const found = events.map((event) => {
    const revision = BigInt(event.revision);
    const closed = versions.filter(({ to }) => to === revision);
    const opened = versions.filter(({ from }) => from === revision);
    return { revision, wasThere: closed.length > 0, isThere: opened.length > 0, closed, opened };
  });
  return raw ? withOtherLayers(db, own, found) : found;
}

/** An item that one layer begins or ceases to declare may be declared by others all the while. */
async function withOtherLayers(db: Db, own: SQL, events: readonly ItemEvent[]): Promise<readonly ItemEvent[]> {
  const unsure = events.filter(({ wasThere, isThere }) => !wasThere || !isThere).map(({ revision }) => `${revision}`);
  if (unsure.length === 0) return events;
  const rows = await execute<{ revision: string }>(
    db,
    sql`
      select r.number::text as revision
      from (select value::bigint as number from jsonb_array_elements_text(${JSON.stringify(unsure)}::text::jsonb)) r
      where exists (select 1 from bedplate.document where ${own} and from_revision < r.number
        and (to_revision is null or to_revision > r.number))`,
  );
  const declared = new Set(rows.map(({ revision }) => BigInt(revision)));
  return events.map((event) => (declared.has(event.revision) ? { ...event, wasThere: true, isThere: true } : event));
}

function number(revision: bigint): SQL {
  return sql`${`${revision}`}::text::bigint`;
}
