import { create } from "@bufbuild/protobuf";
import { sql } from "drizzle-orm";
import { type Wait, WaitSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { job, jobNode, task } from "../../db/schema.ts";
import { iso } from "./iso.ts";
import { type JobNodeRow, jobNodeColumns, jobNodeMessage } from "./job-node-row.ts";
import { moments, type TaskRow, taskColumns, taskMessage } from "./job-row.ts";

/** Something that is stuck, as rows say; moments are ISO 8601 text. */
export type StuckRow = {
  readonly kind: "job" | "node" | "task";
  readonly design: string;
  readonly job_id: string;
  /** The task's number or the node's name; empty for a job. */
  readonly key: string;
  readonly since: string;
  readonly task: TaskRow | null;
  readonly node: JobNodeRow | null;
};

/** What is stuck, the longest first, after the one with the given moment, job, kind and key; of one design, or of all when that is empty. */
export function listStuck(
  db: Db,
  design: string,
  after: readonly string[] | undefined,
  limit: number,
): Promise<readonly StuckRow[]> {
  const later =
    after === undefined
      ? sql`true`
      : sql`(stuck.since, stuck.job_id, stuck.kind, stuck.key) > (${after[0]}::timestamptz, ${after[1]}, ${after[2]}, ${after[3]})`;
  const ofDesign = design === "" ? sql`true` : sql`${job.design} = ${design}`;
  return execute<StuckRow>(
    db,
    sql`select stuck.kind, stuck.job_id, stuck.key, ${job.design}, ${iso(sql`stuck.since`)} as since,
        (select to_jsonb(of_task) from (select ${taskColumns} from ${task}
          where ${task.jobId} = stuck.job_id and stuck.kind = 'task' and ${task.sequence} = stuck.sequence) as of_task) as task,
        (select to_jsonb(of_node) from (select ${jobNodeColumns} from ${jobNode}
          where ${jobNode.jobId} = stuck.job_id and stuck.kind = 'node' and ${jobNode.node} = stuck.key) as of_node) as node
      from (
        select 'task' as kind, ${task.jobId} as job_id, ${task.sequence}::text collate "C" as key, ${task.sequence} as sequence,
          coalesce(${task.stuckSince}, ${task.waitingSince}, ${task.startedAt}, now()) as since
        from ${task} where ${task.state} = 'STUCK'
        union all
        select 'node', ${jobNode.jobId}, ${jobNode.node}, null, ${jobNode.since} from ${jobNode} where ${jobNode.state} = 'GATED'
        union all
        select 'job', ${job.id}, '', null, coalesce(${job.pausedSince}, ${job.createdAt}) from ${job} where ${job.state} = 'PAUSED'
      ) as stuck join ${job} on ${job.id} = stuck.job_id
      where ${later} and ${ofDesign}
      order by stuck.since, stuck.job_id, stuck.kind, stuck.key limit ${limit}`,
  );
}

/** The contract's form of it. */
export function waitMessage({ design, job_id, since, task: stuckTask, node }: StuckRow): Wait {
  const base = { design, jobId: job_id };
  if (stuckTask !== null) {
    const value = taskMessage(stuckTask);
    return create(WaitSchema, {
      ...base,
      waitingFor: value.waitingFor || value.message,
      ...moments({ since, until: stuckTask.waiting_until }),
      what: { case: "task", value },
    });
  }
  if (node !== null) {
    const value = jobNodeMessage(node);
    const waitingFor = value.message || "consent to the destruction of its data (ApproveNodes)";
    return create(WaitSchema, { ...base, waitingFor, ...moments({ since }), what: { case: "node", value } });
  }
  return create(WaitSchema, { ...base, waitingFor: "somebody to resume the job (ResumeJob)", ...moments({ since }) });
}
