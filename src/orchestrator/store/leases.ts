import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, nodeLease } from "../../db/schema.ts";
import { iso } from "./iso.ts";
import { FINAL_JOB_STATES } from "./job-row.ts";

/** A job's hold on a node, by the database clock. */
export interface LeaseRow {
  readonly epoch: bigint;
  readonly expiresAt: Date;
  /** Milliseconds left when it was read. */
  readonly remainingMs: number;
}

/** Who holds a node instead, and until when. */
export interface OtherHolder {
  readonly jobId: string;
  readonly until: Date;
}

/** The job that asks has ended: it holds nothing any more. */
export interface JobOver {
  readonly over: true;
}

/**
 * Takes or prolongs the lease on a node, for a job that has not ended. It is free when it has run out, when its job has ended, or when this very job has it, in
 * this process or in one that has put it down; else its holder is answered.
 */
export async function takeLease(
  db: Db,
  lease: { readonly design: string; readonly node: string; readonly jobId: string; readonly holder: string },
  leaseMs: number,
): Promise<LeaseRow | OtherHolder | JobOver> {
  const ended = sql.join(
    FINAL_JOB_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  const rows = await execute<{ epoch: string; expires_at: string; remaining: number }>(
    db,
    sql`insert into ${nodeLease} (design, node, job_id, holder, epoch, expires_at)
      select ${lease.design}, ${lease.node}, ${lease.jobId}, ${lease.holder}, 1, now() + make_interval(secs => ${leaseMs / 1000})
      where exists (select 1 from ${job} where ${job.id} = ${lease.jobId} and ${job.state} not in (${ended}))
      on conflict (design, node) do update set
        epoch = case when ${nodeLease.jobId} = excluded.job_id and ${nodeLease.holder} = excluded.holder then ${nodeLease.epoch} else ${nodeLease.epoch} + 1 end,
        job_id = excluded.job_id, holder = excluded.holder, expires_at = excluded.expires_at
      where ${nodeLease.expiresAt} < now() or (${nodeLease.jobId} = excluded.job_id and ${nodeLease.holder} in (excluded.holder, ''))
        or exists (select 1 from ${job} where ${job.id} = ${nodeLease.jobId} and ${job.state} in (${ended}))
      returning epoch::text as epoch, ${iso(sql`expires_at`)} as expires_at,
        (extract(epoch from expires_at - now()) * 1000)::float8 as remaining`,
  );
  const [row] = rows;
  if (row !== undefined) {
    return { epoch: BigInt(row.epoch), expiresAt: new Date(row.expires_at), remainingMs: row.remaining };
  }
  const [asking] = await execute<{ state: string }>(
    db,
    sql`select ${job.state} from ${job} where ${job.id} = ${lease.jobId}`,
  );
  if (asking === undefined || FINAL_JOB_STATES.some((state) => state === asking.state)) return { over: true };
  const holders = await execute<{ job_id: string; expires_at: string }>(
    db,
    sql`select ${nodeLease.jobId} as job_id, ${iso(sql`${nodeLease.expiresAt}`)} as expires_at from ${nodeLease}
      where ${nodeLease.design} = ${lease.design} and ${nodeLease.node} = ${lease.node}`,
  );
  return { jobId: holders[0]?.job_id ?? "", until: new Date(holders[0]?.expires_at ?? 0) };
}

/** Puts down what a process holds: another one may go on with the same jobs at once. Other jobs still wait for the leases to run out. */
export async function putDownLeases(db: Db, holder: string): Promise<void> {
  await db.execute(sql`update ${nodeLease} set holder = '' where ${nodeLease.holder} = ${holder}`);
}
