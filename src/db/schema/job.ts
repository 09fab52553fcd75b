import { bigint, index, integer, jsonb, primaryKey, smallint, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * Jobs. `action` and `state` are the contract's enum values without prefix, `options` what the caller consented to. `cancel_reason` is null until somebody
 * asks for the job to be canceled.
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
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.jobId, table.sequence] }),
    uniqueIndex("task_step").on(table.jobId, table.stepId),
    index("task_state").on(table.state),
  ],
);

/** What happened in jobs, numbered from 1 without gaps in each design, as the JSON of the contract's event message. */
export const event = bedplate.table(
  "event",
  {
    design: plainText("design").notNull(),
    sequence: bigint("sequence", { mode: "bigint" }).notNull(),
    jobId: text("job_id").notNull(),
    at: moment("at").notNull().defaultNow(),
    change: jsonb("change").$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.sequence] }),
    index("event_job").on(table.jobId, table.sequence),
  ],
);
