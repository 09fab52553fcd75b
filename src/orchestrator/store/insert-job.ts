import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, task } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { jsonRows } from "./iso.ts";
import { type JobRow, jobColumns } from "./job-row.ts";
import { findJobByRequest } from "./read-job.ts";
import { insertEvents } from "./write-changes.ts";

/** A job to be written down. */
export interface NewJob {
  readonly id: string;
  readonly planId: string;
  readonly design: string;
  readonly revision: bigint;
  readonly action: string;
  readonly author: string;
  readonly requestId: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly tasks: readonly NewTask[];
}

/** A task to be written down; `state` is PENDING, or SKIPPED when there is nothing to do. */
export interface NewTask {
  readonly sequence: number;
  readonly stepId: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: "PENDING" | "SKIPPED";
  readonly message: string;
  /** The driver's token about the subject, as last observed. */
  readonly precondition: string;
}

/** Writes a job, its tasks and its first event down in one transaction; a job of the same request is answered as it is. */
export function insertJob(db: Db, input: NewJob): Promise<JobRow> {
  return withTransaction(db, async (tx) => {
    const { tasks, ...header } = input;
    const inserted = await tx
      .insert(job)
      .values({ ...header, state: "PENDING", message: "" })
      .onConflictDoNothing({ target: [job.planId, job.requestId] })
      .returning({ id: job.id });
    const known = await findJobByRequest(tx, input.planId, input.requestId);
    if (known === undefined) throw new Error("a job was neither written nor found");
    if (inserted.length === 0) return known;
    const columns = sql.raw(
      'sequence integer, "stepId" text, kind text, subject text, state text, message text, precondition text',
    );
    await tx.execute(sql`insert into ${task}
      (job_id, sequence, step_id, kind, subject, state, message, percent, attempt, precondition, waiting_for, ended_at)
      select ${input.id}, given.sequence, given."stepId", given.kind, given.subject, given.state, given.message,
        case when given.state = 'SKIPPED' then 100 else 0 end, 0, given.precondition, '', case when given.state = 'SKIPPED' then now() end
      from ${jsonRows(tasks, columns)}`);
    const rows = await execute<JobRow>(tx, sql`select ${jobColumns} from ${job} where ${job.id} = ${input.id}`);
    await insertEvents(tx, input.design, [{ job: { jobId: input.id } }], [], rows);
    return known;
  });
}
