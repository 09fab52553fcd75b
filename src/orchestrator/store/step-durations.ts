import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { job, planStep, task } from "../../db/schema.ts";

/** How long steps of a kind took with a driver instance. */
export interface StepDuration {
  /** The contract's enum value without prefix. */
  readonly kind: string;
  /** Empty for what core does alone. */
  readonly driverInstance: string;
  /** The median, in seconds. */
  readonly seconds: number;
}

// So the query costs the same however much has been done.
const JOBS = 10;
const TASKS_PER_JOB = 500;

/** How long the last steps of a design took that changed something, `samples` at most of each kind and driver instance. */
export function readStepDurations(db: Db, design: string, samples: number): Promise<readonly StepDuration[]> {
  return execute<{ kind: string; driverInstance: string; seconds: number }>(
    db,
    sql`with recent as (
      select id, plan_id from ${job} where ${job.design} = ${design} order by ${job.createdAt} desc, ${job.id} desc limit ${JOBS}
    ), ended as (
      select last.kind, last.ended_at, extract(epoch from last.ended_at - last.started_at) as seconds,
        ${planStep.step} ->> 'driverInstance' as driver
      from recent cross join lateral (
        select kind, step_id, started_at, ended_at from ${task}
        where ${task.jobId} = recent.id and ${task.state} = 'SUCCEEDED' and ${task.startedAt} is not null and ${task.endedAt} is not null
        order by ${task.sequence} limit ${TASKS_PER_JOB}
      ) as last
      join ${planStep} on ${planStep.planId} = recent.plan_id and ${planStep.stepId} = last.step_id
    ), ranked as (
      select *, row_number() over (partition by kind, driver order by ended_at desc) as age from ended
    )
    select kind, coalesce(driver, '') as "driverInstance", percentile_cont(0.5) within group (order by seconds)::double precision as seconds
      from ranked where age <= ${samples} group by kind, driver`,
  );
}
