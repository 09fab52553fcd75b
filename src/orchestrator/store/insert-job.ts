import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, jobGroup, jobNode, task } from "../../db/schema.ts";
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
  /** The JSON of the contract's policy message. */
  readonly policy: Readonly<Record<string, unknown>>;
  /** The job whose failed nodes this one tries again; empty for none. */
  readonly retryOf: string;
  readonly tasks: readonly NewTask[];
  readonly nodes: readonly NewJobNode[];
  readonly groups: readonly NewJobGroup[];
}

/** A node to be written down; `state` is WAITING, GATED, or SKIPPED when there is nothing to do. */
export interface NewJobNode {
  readonly node: string;
  readonly groupName: string;
  readonly position: number;
  /** What bounds on nodes at work are counted by; empty where there is none. */
  readonly rack: string;
  readonly driver: string;
  readonly bmc: string;
  /** Whether its data may be destroyed, or none would be. */
  readonly approved: boolean;
  readonly state: "WAITING" | "GATED" | "SKIPPED";
  readonly message: string;
}

/** A group to be written down, WAITING. */
export interface NewJobGroup {
  readonly name: string;
  readonly position: number;
  /** Groups before it that have nodes in the job. */
  readonly dependsOn: readonly string[];
  /** The JSON of the contract's failure policy message. */
  readonly failure: Readonly<Record<string, unknown>>;
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

const NODE_COLUMNS = sql.raw(
  'node text, "groupName" text, position integer, rack text, driver text, bmc text, approved boolean, state text, message text',
);
const GROUP_COLUMNS = sql.raw('name text, position integer, "dependsOn" jsonb, failure jsonb');

/**
 * Writes a job, its tasks, nodes and groups, and its first event down in one transaction; a job of the same request is answered as it is. `before` is
 * done first in the same transaction; what it throws leaves nothing written.
 */
export function insertJob(db: Db, input: NewJob, before?: (tx: Db) => Promise<void>): Promise<JobRow> {
  return withTransaction(db, async (tx) => {
    await before?.(tx);
    const { tasks, nodes, groups, ...header } = input;
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
    await tx.execute(sql`insert into ${jobNode}
      (job_id, node, design, group_name, position, rack, driver, bmc, approved, state, message, ended_at)
      select ${input.id}, given.node, ${input.design}, given."groupName", given.position, given.rack, given.driver, given.bmc,
        given.approved, given.state, given.message, case when given.state = 'SKIPPED' then now() end
      from ${jsonRows(nodes, NODE_COLUMNS)}`);
    await tx.execute(sql`insert into ${jobGroup} (job_id, name, position, depends_on, failure, state, message)
      select ${input.id}, given.name, given.position, given."dependsOn", given.failure, 'WAITING', ''
      from ${jsonRows(groups, GROUP_COLUMNS)}`);
    const rows = await execute<JobRow>(tx, sql`select ${jobColumns} from ${job} where ${job.id} = ${input.id}`);
    await insertEvents(tx, input.design, [{ job: { jobId: input.id } }], { jobs: rows });
    return known;
  });
}
