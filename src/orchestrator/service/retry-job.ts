import { type Client, Code } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { everyNode } from "../../design/selector.ts";
import { failure } from "../../mesh/failure.ts";
import { compareRetry } from "../../plan/compare-retry.ts";
import { storedJobPolicy } from "../job-policy.ts";
import { type PlanBasis, storedPlan } from "../planning/plan-basis.ts";
import { type Planner, resolveRevision } from "../planning/planner.ts";
import type { Policy } from "../policy.ts";
import { insertJob } from "../store/insert-job.ts";
import { isFinal, type JobRow } from "../store/job-row.ts";
import { insertPlan, readPlanSteps } from "../store/plans.ts";
import { findRetry } from "../store/read-job.ts";
import { approvedNodes, failedNodes } from "../store/read-job-nodes.ts";
import { missingConsent } from "./consent.ts";
import { newJob } from "./new-job.ts";
import { headerInText, newHeader } from "./plan-messages.ts";
import { requirePlan } from "./plan-rpcs.ts";
import { planningFailure } from "./planning-failure.ts";
import { stale } from "./stale-plan.ts";

/** What trying again needs. */
export interface RetryDeps {
  readonly database: Database;
  readonly planner: Planner;
  readonly state: () => Client<typeof DesignStateService>;
  readonly policy: Policy;
}

/**
 * Writes down a job that tries again what didn't succeed in an ended one, on a fresh plan for these nodes; a request made before is answered with its job. Throws
 * ENDED when there is nothing to try again, PLAN_STALE when it would do what the first plan didn't allow, CONSENT_REQUIRED, and what planning throws.
 */
export async function retryJob(
  { database, planner, state, policy }: RetryDeps,
  failed: JobRow,
  request: { readonly requestId: string; readonly author: string },
  signal: AbortSignal,
): Promise<JobRow> {
  const { db } = database;
  const known = await findRetry(db, failed.id, request.requestId);
  if (known !== undefined) return known;
  if (!isFinal(failed.state)) throw notEnded(failed);
  const nodes = await failedNodes(db, failed.id);
  if (failed.state === "SUCCEEDED" && nodes.length === 0) throw nothingFailed(failed);
  const { header, basis } = await requirePlan(database, failed.plan_id);
  const { headRevision } = await resolveRevision(state(), header.design, header.revision);
  const approved = headerInText(header);
  const selector = nodes.length === 0 ? approved.selector : { ...everyNode, names: nodes };
  const asked = { ...approved, selector, headRevision, phases: [], filter: "", nodes };
  const fresh = await planner.plan(asked, signal).catch((error) => {
    throw planningFailure(error);
  });
  const first = storedPlan(header, await readPlanSteps(db, header.id), basis as unknown as PlanBasis);
  const differences = compareRetry(first, fresh.withBasis);
  if (differences.length > 0) throw stale(header, differences);
  const consent = await consentOf(database, failed);
  const jobPolicy = storedJobPolicy(failed.policy);
  // What waited at a gate of the first job and was never approved waits at one of this job.
  const refusal = missingConsent(fresh.plan.steps, consent, jobPolicy.gateDestructive ?? false);
  if (refusal !== undefined) throw refusal;
  const wanted = newHeader(asked, fresh.plan, request.author);
  const plan = await insertPlan(db, wanted, fresh.plan.steps, { ...fresh.basis }, policy.planTtlMs);
  const row = await insertJob(db, newJob(plan, fresh, { ...request, consent, policy: jobPolicy, retryOf: failed.id }));
  database.noteWrites(fresh.plan.steps.length * 2);
  return row;
}

/** Consent to what the first job consented to, that of its gates included. */
async function consentOf({ db }: Database, failed: JobRow): Promise<Parameters<typeof missingConsent>[1]> {
  return { allowDestroy: false, allowDestroyNodes: await approvedNodes(db, failed.id) };
}

function notEnded({ id }: JobRow): unknown {
  return failure(Code.FailedPrecondition, ErrorReason.ENDED, `job ${id} has not ended`, {
    subject: id,
    hint: `wait for its end, or cancel it: bedplate job cancel ${id}`,
  });
}

function nothingFailed({ id }: JobRow): unknown {
  return failure(Code.FailedPrecondition, ErrorReason.ENDED, `nothing failed in job ${id}`, {
    subject: id,
    hint: "make a new plan to see whether there is anything to do",
  });
}
