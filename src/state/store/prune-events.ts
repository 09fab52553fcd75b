import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";

/** How long changes are kept for those who watch. */
export interface Retention {
  /** So many of the newest numbers of a design are kept. */
  readonly numbers: bigint;
  /** What is younger is kept however much it is, in seconds. */
  readonly seconds: number;
  /** Of so many numbers given out, one makes the writer look for what is too old. */
  readonly every: bigint;
  /** So many rows are deleted at a time; more than `every` writes, so that what is left over gets less. */
  readonly rows: number;
}

/** What is kept when nobody says otherwise: an hour, or more of a design in which less happens. */
export const RETENTION: Retention = { numbers: 100_000n, seconds: 3_600, every: 1_000n, rows: 2_000 };

/** Deletes changes of a design that need not be kept any more, the oldest first, and tells how many rows that were. The newest row always stays. */
export async function pruneEvents(
  db: Db,
  design: string,
  { numbers, seconds, rows }: Omit<Retention, "every"> = RETENTION,
): Promise<number> {
  const deleted = await execute(
    db,
    sql`
      delete from bedplate.design_event where design = ${design} and last_sequence in (
        select last_sequence from bedplate.design_event
        where design = ${design} and at < now() - make_interval(secs => ${seconds}::integer)
          and last_sequence <= (select max(last_sequence) - greatest(1, ${`${numbers}`}::text::bigint) from bedplate.design_event where design = ${design})
        order by last_sequence limit ${rows}
      )
      returning 1 as one`,
  );
  return deleted.length;
}
