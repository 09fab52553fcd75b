import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { sql } from "drizzle-orm";
import { type PlanStep, PlanStepSchema } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { job, plan, planStep, task } from "../../db/schema.ts";
import type { ServerFacts } from "../../plan/node-facts.ts";
import type { PlanBasis } from "../planning/plan-basis.ts";

/** What never changes of a task: the approved step, the driver's first token, and whether there was anything to do. */
export interface TaskPlan {
  readonly step: PlanStep;
  readonly precondition: string;
  readonly planned: boolean;
  /** The machine whose data the step may destroy, as it was seen when that was approved; undefined when it may destroy none. */
  readonly condemned: ServerFacts | undefined;
}

const TASKS_PER_STATEMENT = 5_000;

/** What never changes of all tasks of a job, in order. */
export async function readJobTasks(db: Db, jobId: string): Promise<readonly TaskPlan[]> {
  const tasks: TaskPlan[] = [];
  for (;;) {
    // A task that was skipped from the start was never tried; one found to be up to date was.
    const rows = await execute<{ step: JsonValue; precondition: string; planned: boolean }>(
      db,
      sql`select ${planStep.step}, ${task.precondition}, not (${task.state} = 'SKIPPED' and ${task.attempt} = 0) as planned
        from ${task} join ${job} on ${job.id} = ${task.jobId}
        join ${planStep} on ${planStep.planId} = ${job.planId} and ${planStep.stepId} = ${task.stepId}
        where ${task.jobId} = ${jobId} and ${task.sequence} > ${tasks.at(-1)?.step.sequence ?? 0}
        order by ${task.sequence} limit ${TASKS_PER_STATEMENT}`,
    );
    for (const row of rows) tasks.push({ ...row, step: fromJson(PlanStepSchema, row.step), condemned: undefined });
    if (rows.length < TASKS_PER_STATEMENT) break;
  }
  if (!tasks.some(({ step }) => step.destructive)) return tasks;
  const servers = await readApprovedServers(db, jobId);
  return tasks.map((each) => (each.step.destructive ? { ...each, condemned: servers[each.step.subject] } : each));
}

async function readApprovedServers(db: Db, jobId: string): Promise<PlanBasis["servers"]> {
  const rows = await execute<{ servers: PlanBasis["servers"] | null }>(
    db,
    sql`select ${plan.basis} -> 'servers' as servers from ${job} join ${plan} on ${plan.id} = ${job.planId} where ${job.id} = ${jobId}`,
  );
  return rows[0]?.servers ?? {};
}
