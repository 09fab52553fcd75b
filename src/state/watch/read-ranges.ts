import { and, asc, eq, gt, lt, max, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { counter, designEvent } from "../../db/schema.ts";
import { watchStream } from "../store/record-events.ts";

/** A row of a design's stream: what stands for the numbers from `first` to `last`. */
export interface EventRange {
  readonly first: bigint;
  readonly last: bigint;
  readonly type: "revision" | "status";
  readonly revision: bigint;
  /** The nodes of a batch of statuses, one for each number; none for a revision. */
  readonly nodes: readonly string[];
  readonly at: Date;
}

/** The rows after a number, or those that it is in the middle of: the oldest, until they hold `most` numbers; one row at least. */
export async function readRanges(db: Db, design: string, after: bigint, most: number): Promise<readonly EventRange[]> {
  const first = sql`greatest(${designEvent.firstSequence}, ${`${after}`}::text::bigint + 1)`;
  const numbers = sql`(${designEvent.lastSequence} - ${first} + 1)`;
  const counted = db
    .select({
      first: designEvent.firstSequence,
      last: designEvent.lastSequence,
      type: designEvent.type,
      revision: designEvent.revision,
      body: designEvent.body,
      at: designEvent.at,
      before: sql`sum(${numbers}) over (order by ${designEvent.lastSequence}) - ${numbers}`.as("before"),
    })
    .from(designEvent)
    .where(and(eq(designEvent.design, design), gt(designEvent.lastSequence, after)))
    .orderBy(asc(designEvent.lastSequence))
    .limit(most)
    .as("counted");
  const rows = await db.select().from(counted).where(lt(counted.before, most)).orderBy(asc(counted.last));
  return rows.map(({ first, last, type, revision, body, at }) => ({
    ...{ first, last, type, revision, at },
    nodes: Array.isArray(body) ? body : [],
  }));
}

/** The newest number that a design's stream has given out; 0 before the first. */
export async function newestSequence(db: Db, design: string): Promise<bigint> {
  const [row] = await db
    .select({ value: max(counter.value) })
    .from(counter)
    .where(eq(counter.stream, watchStream(design)));
  return row?.value ?? 0n;
}
