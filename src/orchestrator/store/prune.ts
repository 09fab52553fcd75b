import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { counter, event, job, scriptOutput, scriptResult } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { eventStream, horizonStream } from "./append-events.ts";
import { FINAL_JOB_STATES } from "./job-row.ts";

/** How long what has happened is kept, and how much is deleted at a time. */
export interface Retention {
  /** How long events are kept, in milliseconds; those of a job that goes on are kept whatever their age. */
  readonly eventsKeptMs: number;
  /** How long jobs are kept after their end, with their tasks, nodes and groups, in milliseconds. */
  readonly jobsKeptMs: number;
  /** How many events are deleted in one transaction. */
  readonly pruneRows: number;
}

const finalStates = sql.join(
  FINAL_JOB_STATES.map((state) => sql`${state}`),
  sql`, `,
);

/** The designs that have events, or had some. */
export async function designsWithEvents(db: Db): Promise<readonly string[]> {
  const prefix = eventStream("");
  const rows = await execute<{ design: string }>(
    db,
    sql`select substr(${counter.stream}, ${prefix.length + 1}::integer) as design from ${counter}
      where starts_with(${counter.stream}, ${prefix}) order by 1`,
  );
  return rows.map(({ design }) => design);
}

/** Deletes the oldest events of a design that need not be kept, `pruneRows` at most, and gives how many those were. From then on nobody is told that all are kept. */
export function pruneEvents(db: Db, design: string, { eventsKeptMs, pruneRows }: Retention): Promise<number> {
  return withTransaction(db, async (tx) => {
    const rows = await execute<{ count: number; last: string | null }>(
      tx,
      sql`with gone as (
          delete from ${event} where ${event.design} = ${design} and ${event.sequence} in (
            select old.sequence from ${event} as old
            where old.design = ${design} and old.at < now() - make_interval(secs => ${eventsKeptMs / 1000}::double precision)
              and not exists (select 1 from ${job} where ${job.id} = old.job_id and ${job.state} not in (${finalStates}))
            order by old.sequence limit ${pruneRows}
          ) returning sequence
        )
        select count(*)::integer as count, max(sequence)::text as last from gone`,
    );
    const { count = 0, last = null } = rows[0] ?? {};
    if (last !== null) {
      await tx.execute(sql`insert into ${counter} (stream, value) values (${horizonStream(design)}, ${last}::text::bigint)
        on conflict (stream) do update set value = greatest(${counter.value}, excluded.value)`);
    }
    return count;
  });
}

/** Deletes the oldest results of scripts that need not be kept, as long as jobs are, and then outputs nobody has any more; `pruneRows` at most of each. Tells how many results those were. */
export async function pruneScripts(db: Db, { jobsKeptMs, pruneRows }: Retention): Promise<number> {
  const rows = await execute(
    db,
    sql`delete from ${scriptResult} where (design, node, type, script, driver_instance, provider_id) in (
        select old.design, old.node, old.type, old.script, old.driver_instance, old.provider_id from ${scriptResult} as old
        where old.collected_at < now() - make_interval(secs => ${jobsKeptMs / 1000}::double precision)
        order by old.collected_at limit ${pruneRows}
      ) returning 1 as one`,
  );
  // One that was used just now may be about to get its result.
  await db.execute(sql`delete from ${scriptOutput} where digest in (
      select old.digest from ${scriptOutput} as old where old.used_at < now() - interval '1 hour'
        and not exists (select 1 from ${scriptResult} where ${scriptResult.outputDigest} = old.digest) limit ${pruneRows})`);
  return rows.length;
}

/** Deletes the job that ended first, if it need not be kept any more, with all that belongs to it, and tells whether there was one. */
export async function pruneJob(db: Db, { jobsKeptMs }: Retention): Promise<boolean> {
  const rows = await execute(
    db,
    sql`delete from ${job} where ${job.id} in (
        select old.id from ${job} as old
        where old.ended_at < now() - make_interval(secs => ${jobsKeptMs / 1000}::double precision) and old.state in (${finalStates})
        order by old.ended_at limit 1
      ) returning 1 as one`,
  );
  return rows.length > 0;
}
