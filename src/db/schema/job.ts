import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, smallint, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * Jobs. `action` and `state` are the contract's enum values without prefix, `options` what the caller consented to. `cancel_reason` is null until somebody
 * asks for the job to be canceled. `policy` is the JSON of the contract's policy message, complete. `released` says that the site is ready and nodes may begin.
 */
export const job = bedplate.table(
  "job",
  {
    id: text("id").primaryKey(),
    planId: text("plan_id").notNull(),
    design: plainText("design").notNull(),
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    action: text("action").notNull(),
    state: text("state").notNull(),
    message: text("message").notNull(),
    author: text("author").notNull(),
    requestId: text("request_id").notNull(),
    options: jsonb("options").$type<Readonly<Record<string, unknown>>>().notNull(),
    cancelReason: text("cancel_reason"),
    policy: jsonb("policy").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    paused: boolean("paused").notNull().default(false),
    pausedSince: moment("paused_since"),
    released: boolean("released").notNull().default(false),
    retryOf: text("retry_of").notNull().default(""),
    createdAt: moment("created_at").notNull().defaultNow(),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
  },
  (table) => [
    uniqueIndex("job_request").on(table.planId, table.requestId),
    index("job_newest").on(table.createdAt, table.id),
    index("job_state").on(table.state),
  ],
);

/**
 * Tasks of jobs, in order from 1. `kind` and `state` are the contract's enum values without prefix. `precondition` is the driver's token about the subject
 * from when the job was accepted.
 */
export const task = bedplate.table(
  "task",
  {
    jobId: text("job_id")
      .notNull()
      .references(() => job.id, { onDelete: "cascade" }),
    sequence: integer("sequence").notNull(),
    stepId: text("step_id").notNull(),
    kind: text("kind").notNull(),
    subject: plainText("subject").notNull(),
    state: text("state").notNull(),
    message: text("message").notNull(),
    percent: smallint("percent").notNull(),
    attempt: integer("attempt").notNull(),
    precondition: text("precondition").notNull(),
    waitingFor: text("waiting_for").notNull(),
    waitingUntil: moment("waiting_until"),
    waitingSince: moment("waiting_since"),
    stuckSince: moment("stuck_since"),
    inputDigest: text("input_digest").notNull().default(""),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.sequence] }),
    uniqueIndex("task_step").on(table.jobId, table.stepId),
    index("task_state").on(table.state),
  ],
);

/**
 * The nodes of jobs. `state` is the contract's enum value without prefix. `rack`, `driver` and `bmc` are what bounds on nodes at work are counted by, empty where
 * there is none; `holder` is the process that last took the node up.
 */
export const jobNode = bedplate.table(
  "job_node",
  {
    jobId: text("job_id")
      .notNull()
      .references(() => job.id, { onDelete: "cascade" }),
    node: plainText("node").notNull(),
    design: plainText("design").notNull(),
    groupName: plainText("group_name").notNull(),
    position: integer("position").notNull(),
    rack: text("rack").notNull(),
    driver: text("driver").notNull(),
    bmc: text("bmc").notNull(),
    approved: boolean("approved").notNull(),
    state: text("state").notNull(),
    message: text("message").notNull(),
    holder: text("holder").notNull().default(""),
    since: moment("since").notNull().defaultNow(),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.node] }),
    index("job_node_turn").on(table.jobId, table.state, table.position),
    index("job_node_gated").on(table.since).where(sql`state = 'GATED'`),
    index("job_node_at_work").on(table.design, table.node).where(sql`state = 'RUNNING'`),
  ],
);

/** The groups of nodes of jobs, in the order of the design. `failure` is the JSON of the contract's failure policy, complete. */
export const jobGroup = bedplate.table(
  "job_group",
  {
    jobId: text("job_id")
      .notNull()
      .references(() => job.id, { onDelete: "cascade" }),
    name: plainText("name").notNull(),
    position: integer("position").notNull(),
    dependsOn: jsonb("depends_on").$type<readonly string[]>().notNull(),
    failure: jsonb("failure").$type<Readonly<Record<string, unknown>>>().notNull(),
    state: text("state").notNull(),
    message: text("message").notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.name] })],
);

/**
 * What happened in jobs and on nodes, numbered from 1 without gaps in each design, as the JSON of the contract's event message. `task` is the task's number in
 * its job and `node` the node it is about, null where it is about none.
 */
export const event = bedplate.table(
  "event",
  {
    design: plainText("design").notNull(),
    sequence: bigint("sequence", { mode: "bigint" }).notNull(),
    jobId: text("job_id").notNull(),
    at: moment("at").notNull().defaultNow(),
    task: integer("task"),
    node: plainText("node"),
    change: jsonb("change").$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.sequence] }),
    index("event_job").on(table.jobId, table.sequence),
    index("event_task").on(table.jobId, table.task, table.sequence).where(sql`task is not null`),
    index("event_node").on(table.design, table.node, table.sequence).where(sql`node is not null`),
  ],
);
