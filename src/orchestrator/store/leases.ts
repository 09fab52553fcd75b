import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, nodeLease, replica } from "../../db/schema.ts";
import { jsonRows } from "./iso.ts";
import { FINAL_JOB_STATES } from "./job-row.ts";

/** A job's hold on a node. It lasts as long as the life of its holder, or until it is put down. */
export interface LeaseRow {
  readonly epoch: bigint;
}

/** Which job holds a node instead; the asking one itself, when another process that lives carries it out. */
export interface OtherHolder {
  readonly jobId: string;
}

/** The job that asks has ended: it holds nothing any more. */
export interface JobOver {
  readonly over: true;
}

/** A lease as it is asked for. `holder` is the life of the process that asks. */
export interface WantedLease {
  readonly design: string;
  readonly node: string;
  readonly jobId: string;
  readonly holder: string;
}

/** What came of asking for a lease. */
export type LeaseAnswer = LeaseRow | OtherHolder | JobOver;

/**
 * Takes leases on nodes, no node twice, and gives one answer for each, in order. Only the living take any, for jobs that have not ended. A lease is free when nobody
 * has it, when its job has ended, or when this very job has it: in this process, in one that is not alive any more, or in one that has put it down.
 */
export async function takeLeases(db: Db, wanted: readonly WantedLease[]): Promise<readonly LeaseAnswer[]> {
  const ended = sql.join(
    FINAL_JOB_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  // Two processes that take the same leases take them in the same order, so that neither waits for the other for ever.
  const sorted = wanted.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const rows = await execute<TakenRow>(
    db,
    sql`insert into ${nodeLease} (design, node, job_id, holder, epoch)
      select given.design, given.node, given."jobId", given.holder, 1
      from ${jsonRows(sorted, COLUMNS)}
      where exists (select 1 from ${replica} where ${replica.id} = given.holder)
        and exists (select 1 from ${job} where ${job.id} = given."jobId" and ${job.state} not in (${ended}))
      on conflict (design, node) do update set
        epoch = case when ${nodeLease.jobId} = excluded.job_id and ${nodeLease.holder} = excluded.holder then ${nodeLease.epoch} else ${nodeLease.epoch} + 1 end,
        job_id = excluded.job_id, holder = excluded.holder
      where ${nodeLease.jobId} = ''
        or (${nodeLease.jobId} = excluded.job_id and (${nodeLease.holder} in (excluded.holder, '')
          or not exists (select 1 from ${replica} where ${replica.id} = ${nodeLease.holder})))
        or exists (select 1 from ${job} where ${job.id} = ${nodeLease.jobId} and ${job.state} in (${ended}))
      returning design, node, epoch::text as epoch`,
  );
  const answers = new Map<string, LeaseAnswer>(rows.map((row) => [keyOf(row), { epoch: BigInt(row.epoch) }]));
  const refused = wanted.filter((each) => !answers.has(keyOf(each)));
  if (refused.length > 0) for (const [key, answer] of await whyRefused(db, refused)) answers.set(key, answer);
  return wanted.map((each) => answers.get(keyOf(each)) ?? { over: true });
}

type TakenRow = {
  readonly design: string;
  readonly node: string;
  readonly epoch: string;
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
  }>(
    db,
    sql`select given.design, given.node, ${job.state} as asking, ${nodeLease.jobId} as job_id
      from ${jsonRows(refused, COLUMNS)}
      left join ${job} on ${job.id} = given."jobId"
      left join ${nodeLease} on ${nodeLease.design} = given.design and ${nodeLease.node} = given.node`,
  );
  return rows.map((row) => {
    const isOver = row.asking === null || FINAL_JOB_STATES.some((state) => state === row.asking);
    return [keyOf(row), isOver ? { over: true } : { jobId: row.job_id ?? "" }];
  });
}

function keyOf({ design, node }: { readonly design: string; readonly node: string }): string {
  return `${design} ${node}`;
}

/** Puts down all that a process holds: others may go on with the same jobs at once. Other jobs still wait until those have ended. */
export async function putDownLeases(db: Db, holder: string): Promise<void> {
  await db.execute(sql`update ${nodeLease} set holder = '' where ${nodeLease.holder} = ${holder}`);
}

/** Gives leases back, those of the same jobs that the dead had too: other jobs may take them at once. What another process has that lives stays as it is. */
export async function releaseLeases(db: Db, leases: readonly WantedLease[]): Promise<void> {
  const sorted = leases.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  await db.execute(sql`update ${nodeLease} set job_id = '', holder = '' from ${jsonRows(sorted, COLUMNS)}
    where ${nodeLease.design} = given.design and ${nodeLease.node} = given.node
      and ${nodeLease.jobId} = given."jobId"
      and (${nodeLease.holder} = given.holder or not exists (select 1 from ${replica} where ${replica.id} = ${nodeLease.holder}))`);
}
