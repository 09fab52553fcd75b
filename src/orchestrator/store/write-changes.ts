import { toJson } from "@bufbuild/protobuf";
import { sql } from "drizzle-orm";
import { JobGroupSchema, JobNodeSchema, JobSchema, TaskSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { job, jobGroup, jobNode, task } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { appendEvents, type NewEvent } from "./append-events.ts";
import { jsonRows } from "./iso.ts";
import {
  FINAL_GROUP_STATES,
  FINAL_NODE_STATES,
  type JobGroupRow,
  type JobNodeRow,
  jobGroupColumns,
  jobGroupMessage,
  jobNodeColumns,
  jobNodeMessage,
} from "./job-node-row.ts";
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
import { countGroupNodes, countJob } from "./read-job.ts";
import { textArray } from "./text-array.ts";

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
  /** Whether it is held. A held job is PAUSED where it would be RUNNING. */
  readonly paused?: boolean;
  /** Whether its nodes may begin. */
  readonly released?: boolean;
}

/** A change to one node of a job. Absent fields keep their value. */
export interface JobNodeChange {
  readonly jobId: string;
  readonly node: string;
  readonly state?: string;
  readonly message?: string;
  readonly begins?: boolean;
  readonly ends?: boolean;
}

/** A change to one group of a job. */
export interface JobGroupChange {
  readonly jobId: string;
  readonly group: string;
  readonly state: string;
  readonly message: string;
}

/** Changes of one design, in order; at most one for each task, each job, each node and each group of a job. */
export type Change =
  | { readonly task: TaskChange }
  | { readonly job: JobChange }
  | { readonly node: JobNodeChange }
  | { readonly group: JobGroupChange };

/** Rows as they are after their changes. What had ended already is left as it was, and absent. */
export interface WrittenChanges {
  readonly tasks: readonly TaskRow[];
  readonly jobs: readonly JobRow[];
  readonly nodes: readonly JobNodeRow[];
  readonly groups: readonly JobGroupRow[];
}

/**
 * Writes changes and one event for each in one transaction. What has ended doesn't change any more and gives no event, so that a
 * process that comes too late writes nothing. Events of a design are numbered without gaps.
 */
export function writeChanges(db: Db, design: string, changes: readonly Change[]): Promise<WrittenChanges> {
  return withTransaction(db, (tx) => writeChangesIn(tx, design, changes));
}

/** The same, in a transaction of the caller's. */
export async function writeChangesIn(tx: Db, design: string, changes: readonly Change[]): Promise<WrittenChanges> {
  const tasks = await updateTasks(
    tx,
    changes.flatMap((change) => ("task" in change ? [change.task] : [])),
  );
  const jobs = await updateJobs(
    tx,
    changes.flatMap((change) => ("job" in change ? [change.job] : [])),
  );
  const nodes = await updateNodes(
    tx,
    changes.flatMap((change) => ("node" in change ? [change.node] : [])),
  );
  const groups = await updateGroups(
    tx,
    changes.flatMap((change) => ("group" in change ? [change.group] : [])),
  );
  const written = { tasks, jobs, nodes, groups };
  await insertEvents(tx, design, changes, written);
  return written;
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
  const columns = sql.raw(
    '"jobId" text, state text, message text, begins boolean, ends boolean, paused boolean, released boolean',
  );
  return execute<JobRow>(
    tx,
    sql`update ${job} set
      state = case when given.state = 'RUNNING' and coalesce(given.paused, ${job.paused}) then 'PAUSED' else coalesce(given.state, ${job.state}) end,
      paused = coalesce(given.paused, ${job.paused}),
      paused_since = case when coalesce(given.paused, ${job.paused}) then coalesce(${job.pausedSince}, now()) end,
      released = coalesce(given.released, ${job.released}),
      message = coalesce(given.message, ${job.message}),
      started_at = case when given.begins then coalesce(${job.startedAt}, now()) else ${job.startedAt} end,
      ended_at = case when given.ends then now() else ${job.endedAt} end
    from ${jsonRows(changes, columns)}
    where ${job.id} = given."jobId" and ${job.state} <> all(${textArray(FINAL_JOB_STATES)})
    returning ${jobColumns}`,
  );
}

async function updateNodes(tx: Db, changes: readonly JobNodeChange[]): Promise<readonly JobNodeRow[]> {
  if (changes.length === 0) return [];
  const columns = sql.raw('"jobId" text, node text, state text, message text, begins boolean, ends boolean');
  return execute<JobNodeRow>(
    tx,
    sql`update ${jobNode} set
      since = case when coalesce(given.state, ${jobNode.state}) <> ${jobNode.state} then now() else ${jobNode.since} end,
      state = coalesce(given.state, ${jobNode.state}),
      message = coalesce(given.message, ${jobNode.message}),
      started_at = case when given.begins then coalesce(${jobNode.startedAt}, now()) else ${jobNode.startedAt} end,
      ended_at = case when given.ends then now() else ${jobNode.endedAt} end
    from ${jsonRows(changes, columns)}
    where ${jobNode.jobId} = given."jobId" and ${jobNode.node} = given.node and ${jobNode.state} <> all(${textArray(FINAL_NODE_STATES)})
    returning ${jobNodeColumns}`,
  );
}

async function updateGroups(tx: Db, changes: readonly JobGroupChange[]): Promise<readonly JobGroupRow[]> {
  if (changes.length === 0) return [];
  const columns = sql.raw('"jobId" text, "group" text, state text, message text');
  return execute<JobGroupRow>(
    tx,
    sql`update ${jobGroup} set state = given.state, message = given.message
    from ${jsonRows(changes, columns)}
    where ${jobGroup.jobId} = given."jobId" and ${jobGroup.name} = given."group" and ${jobGroup.state} <> all(${textArray(FINAL_GROUP_STATES)})
    returning ${jobGroupColumns}`,
  );
}

/** Adds events about rows as they now are. Used by whoever changes rows in a transaction of its own. */
export async function insertEvents(
  tx: Db,
  design: string,
  order: readonly Change[],
  written: Partial<WrittenChanges>,
): Promise<void> {
  const taskRows = new Map(written.tasks?.map((row) => [`${row.job_id}/${row.sequence}`, row]));
  const jobRows = new Map(written.jobs?.map((row) => [row.id, row]));
  const nodeRows = new Map(written.nodes?.map((row) => [`${row.job_id}/${row.node}`, row]));
  const groupRows = new Map(written.groups?.map((row) => [`${row.job_id}/${row.name}`, row]));
  const events: NewEvent[] = [];
  for (const change of order) {
    if ("task" in change) {
      const row = taskRows.get(`${change.task.jobId}/${change.task.sequence}`);
      if (row !== undefined) events.push(taskEvent(row));
    } else if ("node" in change) {
      const row = nodeRows.get(`${change.node.jobId}/${change.node.node}`);
      if (row === undefined) continue;
      const message = { node: toJson(JobNodeSchema, jobNodeMessage(row)) };
      events.push({ jobId: row.job_id, node: row.node, change: message });
    } else if ("group" in change) {
      const row = groupRows.get(`${change.group.jobId}/${change.group.group}`);
      if (row === undefined) continue;
      const message = jobGroupMessage(row, await countGroupNodes(tx, row.job_id, row.name));
      events.push({ jobId: row.job_id, change: { group: toJson(JobGroupSchema, message) } });
    } else {
      const row = jobRows.get(change.job.jobId);
      // That nodes may begin now is seen by the nodes.
      const quiet = change.job.state === undefined && change.job.released === true;
      if (row === undefined || quiet) continue;
      const message = jobMessage(row, await countJob(tx, row.id));
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
