import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import { comparePlan } from "../../plan/compare-plan.ts";
import { resolveJobPolicy } from "../job-policy.ts";
import { oneLine } from "../one-line.ts";
import { type PlanBasis, storedPlan } from "../planning/plan-basis.ts";
import { type Planner, resolveRevision } from "../planning/planner.ts";
import type { Policy } from "../policy.ts";
import type { ChangeBus } from "../record/change-bus.ts";
import { designKey, jobKey } from "../record/recorder.ts";
import { approveNodes, strangersTo } from "../store/admission.ts";
import { requestCancel } from "../store/cancel-job.ts";
import { insertJob } from "../store/insert-job.ts";
import { readPlanSteps } from "../store/plans.ts";
import { findJobByRequest } from "../store/read-job.ts";
import { type Change, writeChangesIn } from "../store/write-changes.ts";
import { missingConsent } from "./consent.ts";
import { newJob } from "./new-job.ts";
import { headerInText } from "./plan-messages.ts";
import { requirePlan, requireUnexpired } from "./plan-rpcs.ts";
import { planningFailure } from "./planning-failure.ts";
import { createReadJobRpcs } from "./read-job-rpcs.ts";
import { jobAnswer, refuseEnded, requireJob } from "./require-job.ts";
import { retryJob } from "./retry-job.ts";
import { otherDigest, stale } from "./stale-plan.ts";

type Handlers = Pick<
  ServiceImpl<typeof OrchestratorService>,
  "startJob" | "cancelJob" | "pauseJob" | "resumeJob" | "approveNodes" | "retryJob"
> &
  ReturnType<typeof createReadJobRpcs>;

/** What the RPCs about jobs need. */
export interface JobRpcDeps {
  readonly database: Database;
  readonly planner: Planner;
  readonly state: () => Client<typeof DesignStateService>;
  readonly policy: Policy;
  readonly bus: ChangeBus;
  /** Has a job that was written down carried out. Does not reject: what fails here is caught up later. */
  readonly start: (jobId: string) => Promise<void>;
  /** Tells the work of this process that a job is to be canceled. */
  readonly cancel: (jobId: string) => void;
  /** Tells the work of this process that a job is to be held, or let go on. */
  readonly hold: (jobId: string, held: boolean) => void;
  /** Tells the work of this process that nodes of a job may begin that could not before. */
  readonly wake: (jobId: string) => void;
}

/** The RPCs about jobs, but for watching them. */
export function createJobRpcs(deps: JobRpcDeps): Handlers {
  const { database, planner, state, policy, bus, start, cancel, hold, wake } = deps;
  const { db } = database;
  const write = async (design: string, jobId: string, changes: readonly Change[]): Promise<void> => {
    await withTransaction(db, (tx) => writeChangesIn(tx, design, changes));
    database.noteWrites(changes.length * 2);
    bus.emit([designKey(design), jobKey(jobId)]);
  };
  const setHeld = async (jobId: string, paused: boolean): Promise<void> => {
    const row = await requireJob(database, jobId);
    refuseEnded(row);
    if (row.paused === paused) return;
    // Which state a job that is let go on has is known by whether it had begun.
    const state = paused ? "PAUSED" : row.started_at === null ? "PENDING" : "RUNNING";
    await write(row.design, jobId, [{ job: { jobId, paused, state } }]);
    hold(jobId, paused);
  };
  return {
    ...createReadJobRpcs(database),

    async startJob(request, context) {
      const approved = await requirePlan(database, request.planId);
      const { header, basis } = approved;
      const known = await findJobByRequest(db, header.id, request.requestId);
      if (known !== undefined) return { job: await jobAnswer(db, known) };
      if (request.planDigest !== header.digest) throw otherDigest(header);
      requireUnexpired(approved);
      const { headRevision } = await resolveRevision(state(), header.design, header.revision);
      const { nodes } = basis as unknown as PlanBasis;
      const asked = { ...headerInText(header), headRevision, ...(nodes && { nodes }) };
      const fresh = await planner.plan(asked, context.signal).catch((error) => {
        throw planningFailure(error);
      });
      const steps = await readPlanSteps(db, header.id);
      const differences = comparePlan(storedPlan(header, steps, basis as unknown as PlanBasis), fresh.withBasis);
      if (differences.length > 0) throw stale(header, differences);
      const resolved = resolveJobPolicy(request.policy, fresh.snapshot.view.site, policy);
      const { allowDestroy, allowDestroyNodes } = request;
      const consent = { allowDestroy, allowDestroyNodes };
      const refusal = missingConsent(fresh.plan.steps, consent, resolved.gateDestructive ?? false);
      if (refusal !== undefined) throw refusal;
      const author = authorOf(callerOf(context.values));
      const { requestId } = request;
      const job = newJob(header, fresh, { author, requestId, consent, policy: resolved, retryOf: "" });
      const row = await insertJob(db, job);
      database.noteWrites(fresh.plan.steps.length);
      await start(row.id);
      return { job: await jobAnswer(db, row) };
    },

    async retryJob({ jobId, requestId }, context) {
      const row = await requireJob(database, jobId);
      const author = authorOf(callerOf(context.values));
      const retried = await retryJob({ database, planner, state, policy }, row, { requestId, author }, context.signal);
      await start(retried.id);
      return { job: await jobAnswer(db, retried) };
    },

    async cancelJob({ jobId, reason }) {
      const { design } = await requireJob(database, jobId);
      await requestCancel(db, jobId, oneLine(reason, 1024));
      cancel(jobId);
      bus.emit([designKey(design)]);
      return { job: await jobAnswer(db, await requireJob(database, jobId)) };
    },

    async pauseJob({ jobId }) {
      await setHeld(jobId, true);
      return { job: await jobAnswer(db, await requireJob(database, jobId)) };
    },

    async resumeJob({ jobId }) {
      await setHeld(jobId, false);
      return { job: await jobAnswer(db, await requireJob(database, jobId)) };
    },

    async approveNodes({ jobId, nodes, all }) {
      if (nodes.length === 0 && !all) throw nobodyNamed();
      const row = await requireJob(database, jobId);
      refuseEnded(row);
      await withTransaction(db, async (tx) => {
        const [stranger] = await strangersTo(tx, jobId, nodes);
        if (stranger !== undefined) throw notInJob(jobId, stranger);
        const approved = await approveNodes(tx, jobId, nodes.length === 0 ? undefined : nodes);
        const changes = approved.map((node): Change => ({ node: { jobId, node, state: "WAITING", message: "" } }));
        await writeChangesIn(tx, row.design, changes);
      });
      bus.emit([designKey(row.design), jobKey(jobId)]);
      wake(jobId);
      return { job: await jobAnswer(db, await requireJob(database, jobId)) };
    },
  };
}

function nobodyNamed(): unknown {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, "no node is named", {
    fieldPath: "nodes",
    hint: "name nodes, or set all",
  });
}

function notInJob(jobId: string, node: string): unknown {
  return failure(Code.NotFound, ErrorReason.NOT_FOUND, `job ${jobId} has no node ${node}`, {
    subject: node,
    fieldPath: "nodes",
    hint: `bedplate job nodes ${jobId} lists them`,
  });
}
