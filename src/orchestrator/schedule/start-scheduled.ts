import { fromJson } from "@bufbuild/protobuf";
import { type Client, ConnectError } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { Action, PowerChange } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { SelectorSchema } from "../../../gen/bedplate/type/v1/selector_pb.js";
import type { Database, Db } from "../../db/database.ts";
import { resolveJobPolicy } from "../job-policy.ts";
import { oneLine } from "../one-line.ts";
import { type Planner, resolveRevision } from "../planning/planner.ts";
import type { Policy } from "../policy.ts";
import { newJob } from "../service/new-job.ts";
import { newHeader, selectorOf } from "../service/plan-messages.ts";
import { planningFailure } from "../service/planning-failure.ts";
import { insertJob } from "../store/insert-job.ts";
import { isFinal } from "../store/job-row.ts";
import { deletePlan, insertPlan } from "../store/plans.ts";
import { readJob } from "../store/read-job.ts";
import { type ScheduleRow, takeDueTime } from "../store/schedules.ts";

/** What starting scheduled jobs needs. */
export interface ScheduledDeps {
  readonly database: Database;
  readonly planner: Planner;
  readonly state: () => Client<typeof DesignStateService>;
  readonly policy: Policy;
  /** Has a job that was written down carried out. Does not reject. */
  readonly start: (jobId: string) => Promise<void>;
}

/** Another process took the due time meanwhile. */
class DueTimeTaken extends Error {
  override name = "DueTimeTaken";
}

/**
 * Starts what a schedule is due for: makes the plan, and writes its job down in the transaction that takes the due time, so that each is taken
 * once, whoever else is at it and whatever dies. While its last job is at work nothing is started; that, and why nothing can be planned, is
 * written down and the due time taken all the same. Throws the signal's reason, and what the database throws.
 */
export async function startScheduled(deps: ScheduledDeps, due: ScheduleRow, signal: AbortSignal): Promise<void> {
  const { db } = deps.database;
  const last = due.last_job_id === "" ? undefined : await readJob(db, due.last_job_id);
  if (last !== undefined && !isFinal(last.state)) {
    const message = `not started at ${due.next_at}: job ${last.id}, which it started before, is still at work`;
    await takeDueTime(db, due, { jobId: last.id, message });
    return;
  }
  let made: Awaited<ReturnType<typeof planScheduled>>;
  try {
    made = await planScheduled(deps, due, signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = oneLine(`nothing could be planned: ${ConnectError.from(planningFailure(error)).rawMessage}`);
    await takeDueTime(db, due, { jobId: "", message });
    return;
  }
  const { job, plan } = made;
  const take = async (tx: Db): Promise<void> => {
    const message = `job ${job.id} was started for ${due.next_at}`;
    if (!(await takeDueTime(tx, due, { jobId: job.id, message }))) throw new DueTimeTaken();
  };
  try {
    await insertJob(db, job, take);
  } catch (error) {
    if (!(error instanceof DueTimeTaken)) throw error;
    await deletePlan(db, plan.id);
    return;
  }
  deps.database.noteWrites(job.tasks.length * 2);
  await deps.start(job.id);
}

async function planScheduled(
  { database, planner, state, policy }: ScheduledDeps,
  due: ScheduleRow,
  signal: AbortSignal,
) {
  const { design } = due;
  const { revision, headRevision, valid } = await resolveRevision(state(), design, 0n);
  if (!valid) throw new Error(`revision ${revision} of design ${design} has errors`);
  const asked = {
    ...{ design, revision, headRevision, action: Action[due.action as keyof typeof Action] },
    selector: selectorOf(fromJson(SelectorSchema, due.selector)),
    ...{ power: PowerChange.UNSPECIFIED, phases: [], filter: "", skipSite: false },
  };
  const fresh = await planner.plan(asked, signal);
  const author = oneLine(`schedule ${due.name}`, 253);
  const header = newHeader(asked, fresh.plan, author);
  const plan = await insertPlan(database.db, header, fresh.plan.steps, { ...fresh.basis }, policy.planTtlMs);
  const job = newJob(plan, fresh, {
    ...{ author, requestId: `schedule ${due.next_at}`, retryOf: "" },
    consent: { allowDestroy: false, allowDestroyNodes: [] },
    policy: resolveJobPolicy(undefined, fresh.snapshot.view.site, policy),
  });
  return { plan, job };
}
