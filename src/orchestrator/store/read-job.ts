import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, jobNode, task } from "../../db/schema.ts";
import { FINAL_JOB_STATES, type JobCounts, type JobRow, jobColumns, type TaskRow, taskColumns } from "./job-row.ts";

/** A job's row, undefined when there is none. */
export async function readJob(db: Db, id: string): Promise<JobRow | undefined> {
  const rows = await execute<JobRow>(db, sql`select ${jobColumns} from ${job} where ${job.id} = ${id}`);
  return rows[0];
}

/** The job a plan was started as by this request, undefined when there is none. */
export async function findJobByRequest(db: Db, planId: string, requestId: string): Promise<JobRow | undefined> {
  const where = sql`${job.planId} = ${planId} and ${job.requestId} = ${requestId}`;
  return (await execute<JobRow>(db, sql`select ${jobColumns} from ${job} where ${where}`))[0];
}

/** The job that tries another one again by this request, undefined when there is none. */
export async function findRetry(db: Db, retryOf: string, requestId: string): Promise<JobRow | undefined> {
  const where = sql`${job.retryOf} = ${retryOf} and ${job.requestId} = ${requestId}`;
  return (await execute<JobRow>(db, sql`select ${jobColumns} from ${job} where ${where}`))[0];
}

/** How many tasks of a job are in each state. */
export async function countTasks(db: Db, jobId: string): Promise<Readonly<Record<string, number>>> {
  const rows = await execute<{ state: string; count: number }>(
    db,
    sql`select state, count(*)::integer as count from ${task} where ${task.jobId} = ${jobId} group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How many nodes of a job are in each state. */
export async function countJobNodes(db: Db, jobId: string): Promise<Readonly<Record<string, number>>> {
  const rows = await execute<{ state: string; count: number }>(
    db,
    sql`select state, count(*)::integer as count from ${jobNode} where ${jobNode.jobId} = ${jobId} group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How many nodes of a group of a job are in each state. */
export async function countGroupNodes(db: Db, jobId: string, group: string): Promise<Readonly<Record<string, number>>> {
  const rows = await execute<{ state: string; count: number }>(
    db,
    sql`select state, count(*)::integer as count from ${jobNode}
      where ${jobNode.jobId} = ${jobId} and ${jobNode.groupName} = ${group} group by state`,
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** How many tasks and nodes of a job are in each state. */
export async function countJob(db: Db, jobId: string): Promise<JobCounts> {
  return { tasks: await countTasks(db, jobId), nodes: await countJobNodes(db, jobId) };
}

/** Jobs, newest first, after the one with the given creation time and id. */
export function listJobs(
  db: Db,
  design: string,
  after: readonly string[] | undefined,
  limit: number,
): Promise<readonly JobRow[]> {
  const conditions: SQL[] = [sql`true`];
  if (design !== "") conditions.push(sql`${job.design} = ${design}`);
  if (after !== undefined)
    conditions.push(sql`(${job.createdAt}, ${job.id}) < (${after[0]}::timestamptz, ${after[1]})`);
  return execute<JobRow>(
    db,
    sql`select ${jobColumns} from ${job} where ${sql.join(conditions, sql` and `)}
      order by ${job.createdAt} desc, ${job.id} desc limit ${limit}`,
  );
}

/** Tasks of a job in order, after a sequence number, in one state or in all. */
export function listTasks(
  db: Db,
  jobId: string,
  state: string | undefined,
  after: number,
  limit: number,
): Promise<readonly TaskRow[]> {
  const inState = state === undefined ? sql`true` : sql`${task.state} = ${state}`;
  return execute<TaskRow>(
    db,
    sql`select ${taskColumns} from ${task} where ${task.jobId} = ${jobId} and ${task.sequence} > ${after} and ${inState}
      order by ${task.sequence} limit ${limit}`,
  );
}

/** One task's row, undefined when there is none. */
export async function readTask(db: Db, jobId: string, sequence: number): Promise<TaskRow | undefined> {
  const where = sql`${task.jobId} = ${jobId} and ${task.sequence} = ${sequence}`;
  return (await execute<TaskRow>(db, sql`select ${taskColumns} from ${task} where ${where}`))[0];
}

/** The row of the task of a step, undefined when there is none. */
export async function readTaskOfStep(db: Db, jobId: string, stepId: string): Promise<TaskRow | undefined> {
  const where = sql`${task.jobId} = ${jobId} and ${task.stepId} = ${stepId}`;
  return (await execute<TaskRow>(db, sql`select ${taskColumns} from ${task} where ${where}`))[0];
}

/** A job that has not ended, and what people want of it. */
export type UnfinishedJob = {
  readonly id: string;
  readonly design: string;
  readonly canceled: boolean;
  readonly paused: boolean;
};

/** Jobs that have not ended, the oldest first. */
export function unfinishedJobs(db: Db): Promise<readonly UnfinishedJob[]> {
  const states = sql.join(
    FINAL_JOB_STATES.map((state) => sql`${state}`),
    sql`, `,
  );
  return execute(
    db,
    sql`select ${job.id}, ${job.design}, ${job.cancelReason} is not null as canceled, ${job.paused} from ${job}
      where ${job.state} not in (${states}) order by ${job.createdAt}, ${job.id}`,
  );
}
