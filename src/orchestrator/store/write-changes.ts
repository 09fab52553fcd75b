import { toJson } from "@bufbuild/protobuf";
import { sql } from "drizzle-orm";
import { JobSchema, TaskSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { job, task } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { appendEvents, type NewEvent } from "./append-events.ts";
import { jsonRows } from "./iso.ts";
import {
  FINAL_JOB_STATES,
  FINAL_TASK_STATES,
  type JobRow,
  jobColumns,
  jobMessage,
  type TaskRow,
  taskColumns,
  taskMessage,
} from "./job-row.ts";
import { countTasks } from "./read-job.ts";

/** A change to one task. Absent fields keep their value. */
export interface TaskChange {
  readonly jobId: string;
  readonly sequence: number;
  readonly state?: string;
  readonly message?: string;
  readonly percent?: number;
  /** How many tries begin. */
  readonly tries?: number;
  /** What it waits for; empty for nothing. */
  readonly waitingFor?: string;
  /** Until when, ISO 8601; read when `waitingFor` is given. */
  readonly waitingUntil?: string;
  /** Digest of what the step is given. */
  readonly inputDigest?: string;
  /** Whether it begins, unless it began already. */
  readonly begins?: boolean;
  /** Whether it ends. */
  readonly ends?: boolean;
}

/** A change to one job. Absent fields keep their value. */
export interface JobChange {
  readonly jobId: string;
  readonly state?: string;
  readonly message?: string;
  readonly begins?: boolean;
  readonly ends?: boolean;
}

/** Changes of one design, in order; at most one for each task and each job. */
export type Change = { readonly task: TaskChange } | { readonly job: JobChange };

/** Rows as they are after their changes. What had ended already is left as it was, and absent. */
export interface WrittenChanges {
  readonly tasks: readonly TaskRow[];
  readonly jobs: readonly JobRow[];
}

/**
 * Writes changes and one event for each in one transaction. What has ended doesn't change any more and gives no event, so that a
 * process that comes too late writes nothing. Events of a design are numbered without gaps.
 */
export function writeChanges(db: Db, design: string, changes: readonly Change[]): Promise<WrittenChanges> {
  return withTransaction(db, async (tx) => {
    const tasks = await updateTasks(
      tx,
      changes.flatMap((change) => ("task" in change ? [change.task] : [])),
    );
    const jobs = await updateJobs(
      tx,
      changes.flatMap((change) => ("job" in change ? [change.job] : [])),
    );
    await insertEvents(tx, design, changes, tasks, jobs);
    return { tasks, jobs };
  });
}

async function updateTasks(tx: Db, changes: readonly TaskChange[]): Promise<readonly TaskRow[]> {
  if (changes.length === 0) return [];
  const columns = sql.raw(
    '"jobId" text, sequence integer, state text, message text, percent smallint, tries integer, "waitingFor" text, "waitingUntil" timestamptz, "inputDigest" text, begins boolean, ends boolean',
  );
  return execute<TaskRow>(
    tx,
    sql`update ${task} set
      state = coalesce(given.state, ${task.state}),
      message = coalesce(given.message, ${task.message}),
      percent = coalesce(given.percent, ${task.percent}),
      attempt = ${task.attempt} + coalesce(given.tries, 0),
      waiting_for = coalesce(given."waitingFor", ${task.waitingFor}),
      waiting_until = case when given."waitingFor" is null then ${task.waitingUntil} else given."waitingUntil" end,
      waiting_since = case when given."waitingFor" is null then ${task.waitingSince} when given."waitingFor" = '' then null
        when given."waitingFor" = ${task.waitingFor} then coalesce(${task.waitingSince}, now()) else now() end,
      stuck_since = case when given.state = 'STUCK' then coalesce(${task.stuckSince}, now()) else ${task.stuckSince} end,
      input_digest = coalesce(given."inputDigest", ${task.inputDigest}),
      started_at = case when given.begins then coalesce(${task.startedAt}, now()) else ${task.startedAt} end,
      ended_at = case when given.ends then now() else ${task.endedAt} end
    from ${jsonRows(changes, columns)}
    where ${task.jobId} = given."jobId" and ${task.sequence} = given.sequence and ${task.state} <> all(${textArray(FINAL_TASK_STATES)})
    returning ${taskColumns}`,
  );
}

async function updateJobs(tx: Db, changes: readonly JobChange[]): Promise<readonly JobRow[]> {
  if (changes.length === 0) return [];
  const columns = sql.raw('"jobId" text, state text, message text, begins boolean, ends boolean');
  return execute<JobRow>(
    tx,
    sql`update ${job} set
      state = coalesce(given.state, ${job.state}),
      message = coalesce(given.message, ${job.message}),
      started_at = case when given.begins then coalesce(${job.startedAt}, now()) else ${job.startedAt} end,
      ended_at = case when given.ends then now() else ${job.endedAt} end
    from ${jsonRows(changes, columns)}
    where ${job.id} = given."jobId" and ${job.state} <> all(${textArray(FINAL_JOB_STATES)})
    returning ${jobColumns}`,
  );
}

/** Adds events about rows as they now are. Used by whoever changes rows in a transaction of its own. */
export async function insertEvents(
  tx: Db,
  design: string,
  order: readonly Change[],
  tasks: readonly TaskRow[],
  jobs: readonly JobRow[],
): Promise<void> {
  const taskRows = new Map(tasks.map((row) => [`${row.job_id}/${row.sequence}`, row]));
  const jobRows = new Map(jobs.map((row) => [row.id, row]));
  const events: NewEvent[] = [];
  for (const change of order) {
    if ("task" in change) {
      const row = taskRows.get(`${change.task.jobId}/${change.task.sequence}`);
      if (row !== undefined) events.push(taskEvent(row));
    } else {
      const row = jobRows.get(change.job.jobId);
      if (row === undefined) continue;
      const message = jobMessage(row, await countTasks(tx, row.id));
      events.push({ jobId: row.id, change: { job: toJson(JobSchema, message) } });
    }
  }
  if (events.length > 0) await appendEvents(tx, design, events);
}

function taskEvent(row: TaskRow): NewEvent {
  const ofSite = row.kind === "PREPARE_SITE";
  return {
    ...{ jobId: row.job_id, task: row.sequence, change: { task: toJson(TaskSchema, taskMessage(row)) } },
    ...(!ofSite && { node: row.subject }),
  };
}

function textArray(values: readonly string[]): ReturnType<typeof sql> {
  return sql`array[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::text[]`;
}
