import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, nodeLease } from "../../db/schema.ts";
import { iso, jsonRows } from "./iso.ts";
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

/** A lease as it is asked for. `holder` is the process that asks. */
export interface WantedLease {
  readonly design: string;
  readonly node: string;
  readonly jobId: string;
  readonly holder: string;
}

/** What came of asking for a lease. */
export type LeaseAnswer = LeaseRow | OtherHolder | JobOver;

/**
 * Takes or prolongs leases on nodes, no node twice, and gives one answer for each, in order. A lease is free for a job that has not ended when it has run out, when
 * its job has ended, or when this very job has it, in this process or in one that has put it down; else its holder is answered.
 */
export async function takeLeases(
  db: Db,
  wanted: readonly WantedLease[],
  leaseMs: number,
): Promise<readonly LeaseAnswer[]> {
  const ended = sql.join(
    FINAL_JOB_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  // Two processes that take the same leases take them in the same order, so that neither waits for the other for ever.
  const sorted = wanted.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const rows = await execute<TakenRow>(
    db,
    sql`insert into ${nodeLease} (design, node, job_id, holder, epoch, expires_at)
      select given.design, given.node, given."jobId", given.holder, 1, now() + make_interval(secs => ${leaseMs / 1000})
      from ${jsonRows(sorted, COLUMNS)}
      where exists (select 1 from ${job} where ${job.id} = given."jobId" and ${job.state} not in (${ended}))
      on conflict (design, node) do update set
        epoch = case when ${nodeLease.jobId} = excluded.job_id and ${nodeLease.holder} = excluded.holder then ${nodeLease.epoch} else ${nodeLease.epoch} + 1 end,
        job_id = excluded.job_id, holder = excluded.holder, expires_at = excluded.expires_at
      where ${nodeLease.expiresAt} < now() or (${nodeLease.jobId} = excluded.job_id and ${nodeLease.holder} in (excluded.holder, ''))
        or exists (select 1 from ${job} where ${job.id} = ${nodeLease.jobId} and ${job.state} in (${ended}))
      returning design, node, epoch::text as epoch, ${iso(sql`expires_at`)} as expires_at,
        (extract(epoch from expires_at - now()) * 1000)::float8 as remaining`,
  );
  const answers = new Map<string, LeaseAnswer>(
    rows.map((row) => [
      keyOf(row),
      { epoch: BigInt(row.epoch), expiresAt: new Date(row.expires_at), remainingMs: row.remaining },
    ]),
  );
  const refused = wanted.filter((each) => !answers.has(keyOf(each)));
  if (refused.length > 0) for (const [key, answer] of await whyRefused(db, refused)) answers.set(key, answer);
  return wanted.map((each) => answers.get(keyOf(each)) ?? { over: true });
}

type TakenRow = {
  readonly design: string;
  readonly node: string;
  readonly epoch: string;
  readonly expires_at: string;
  readonly remaining: number;
};

const COLUMNS = sql.raw('design text, node text, "jobId" text, holder text');

/** Whether the jobs that ask have ended, else who holds what they ask for. */
async function whyRefused(
  db: Db,
  refused: readonly WantedLease[],
): Promise<readonly (readonly [string, OtherHolder | JobOver])[]> {
  const rows = await execute<{
    design: string;
    node: string;
    asking: string | null;
    job_id: string | null;
    expires_at: string | null;
  }>(
    db,
    sql`select given.design, given.node, ${job.state} as asking, ${nodeLease.jobId} as job_id, ${iso(sql`${nodeLease.expiresAt}`)} as expires_at
      from ${jsonRows(refused, COLUMNS)}
      left join ${job} on ${job.id} = given."jobId"
      left join ${nodeLease} on ${nodeLease.design} = given.design and ${nodeLease.node} = given.node`,
  );
  return rows.map((row) => {
    const isOver = row.asking === null || FINAL_JOB_STATES.some((state) => state === row.asking);
    return [keyOf(row), isOver ? { over: true } : { jobId: row.job_id ?? "", until: new Date(row.expires_at ?? 0) }];
  });
}

function keyOf({ design, node }: { readonly design: string; readonly node: string }): string {
  return `${design} ${node}`;
}

/** Puts down what a process holds: another one may go on with the same jobs at once. Other jobs still wait for the leases to run out. */
export async function putDownLeases(db: Db, holder: string): Promise<void> {
  await db.execute(sql`update ${nodeLease} set holder = '' where ${nodeLease.holder} = ${holder}`);
}
