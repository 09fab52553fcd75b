import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { sql } from "drizzle-orm";
import {
  type Job,
  JobSchema,
  JobState,
  type Task,
  TaskSchema,
  TaskState,
} from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { Action, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { JobPolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { job, task } from "../../db/schema.ts";
import { iso } from "./iso.ts";

/** A job as its row says; moments are ISO 8601 text. */
export type JobRow = {
  readonly id: string;
  readonly plan_id: string;
  readonly design: string;
  readonly revision: string;
  readonly action: string;
  readonly state: string;
  readonly message: string;
  readonly author: string;
  readonly cancel_reason: string | null;
  readonly policy: JsonValue;
  readonly paused: boolean;
  readonly released: boolean;
  readonly retry_of: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
};

/** A task as its row says; moments are ISO 8601 text. */
export type TaskRow = {
  readonly job_id: string;
  readonly sequence: number;
  readonly step_id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly message: string;
  readonly percent: number;
  readonly attempt: number;
  readonly precondition: string;
  readonly waiting_for: string;
  readonly waiting_until: string | null;
  readonly waiting_since: string | null;
  readonly stuck_since: string | null;
  readonly input_digest: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
};

/** The columns of a JobRow. */
export const jobColumns = sql`${job.id}, ${job.planId} as plan_id, ${job.design}, ${job.revision}::text as revision, ${job.action}, ${job.state},
  ${job.message}, ${job.author}, ${job.cancelReason} as cancel_reason, ${job.policy}, ${job.paused}, ${job.released}, ${job.retryOf} as retry_of, ${iso(sql`${job.createdAt}`)} as created_at,
  ${iso(sql`${job.startedAt}`)} as started_at, ${iso(sql`${job.endedAt}`)} as ended_at`;

/** The columns of a TaskRow. */
export const taskColumns = sql`${task.jobId} as job_id, ${task.sequence}, ${task.stepId} as step_id, ${task.kind}, ${task.subject}, ${task.state},
  ${task.message}, ${task.percent}, ${task.attempt}, ${task.precondition}, ${task.waitingFor} as waiting_for,
  ${iso(sql`${task.waitingUntil}`)} as waiting_until, ${iso(sql`${task.waitingSince}`)} as waiting_since,
  ${iso(sql`${task.stuckSince}`)} as stuck_since, ${task.inputDigest} as input_digest, ${iso(sql`${task.startedAt}`)} as started_at, ${iso(sql`${task.endedAt}`)} as ended_at`;

/** States a job doesn't leave, as rows name them. */
export const FINAL_JOB_STATES = ["SUCCEEDED", "FAILED", "CANCELED"] as const;

/** States a task doesn't leave, as rows name them. */
export const FINAL_TASK_STATES = ["SUCCEEDED", "SKIPPED", "FAILED", "BLOCKED", "CANCELED"] as const;

/** Whether a job or task of this state has ended. */
export function isFinal(state: string): boolean {
  return (FINAL_TASK_STATES as readonly string[]).includes(state);
}

/** How many tasks and nodes of a job are in each state. */
export interface JobCounts {
  readonly tasks: Readonly<Record<string, number>>;
  readonly nodes: Readonly<Record<string, number>>;
}

/** The contract's form of a job. */
export function jobMessage(row: JobRow, { tasks, nodes }: JobCounts): Job {
  return create(JobSchema, {
    id: row.id,
    planId: row.plan_id,
    design: row.design,
    revision: BigInt(row.revision),
    action: Action[row.action as keyof typeof Action],
    state: JobState[row.state as keyof typeof JobState],
    message: row.message,
    taskCounts: lowerCase(tasks),
    nodeCounts: lowerCase(nodes),
    policy: fromJson(JobPolicySchema, row.policy),
    retryOf: row.retry_of,
    author: row.author,
    ...moments({ createdAt: row.created_at, startedAt: row.started_at, endedAt: row.ended_at }),
  });
}

/** Counts by states as the contract names them. */
export function lowerCase(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([state, count]) => [state.toLowerCase(), count]));
}

/** The contract's form of a task. */
export function taskMessage(row: TaskRow): Task {
  return create(TaskSchema, {
    jobId: row.job_id,
    stepId: row.step_id,
    sequence: row.sequence,
    kind: StepKind[row.kind as keyof typeof StepKind],
    subject: row.subject,
    state: TaskState[row.state as keyof typeof TaskState],
    message: row.message,
    percent: row.percent,
    attempt: row.attempt,
    waitingFor: row.waiting_for,
    inputDigest: row.input_digest,
    ...moments({
      ...{ waitingUntil: row.waiting_until, waitingSince: row.waiting_since, stuckSince: row.stuck_since },
      ...{ startedAt: row.started_at, endedAt: row.ended_at },
    }),
  });
}

/** Moments out of ISO 8601 texts; those that are null are left out. */
export function moments<Name extends string>(
  texts: Record<Name, string | null>,
): Partial<Record<Name, ReturnType<typeof timestampFromDate>>> {
  const found: Partial<Record<Name, ReturnType<typeof timestampFromDate>>> = {};
  for (const [name, text] of Object.entries(texts) as [Name, string | null][]) {
    if (text !== null) found[name] = timestampFromDate(new Date(text));
  }
  return found;
}
