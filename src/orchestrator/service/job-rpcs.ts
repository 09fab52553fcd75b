import { randomUUID } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type Job, TaskState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Action, Disposition, type Plan, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { DiagnosticSchema, Severity } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import { comparePlan, type PlanDifference } from "../../plan/compare-plan.ts";
import { oneLine } from "../one-line.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { type PlanBasis, storedPlan } from "../plan-basis.ts";
import { type FreshPlan, type Planner, resolveRevision } from "../planner.ts";
import { requestCancel } from "../store/cancel-job.ts";
import { insertJob, type NewTask } from "../store/insert-job.ts";
import { type JobRow, jobMessage, taskMessage } from "../store/job-row.ts";
import { readPlanSteps } from "../store/plans.ts";
import { countTasks, findJobByRequest, listJobs, listStuckTasks, listTasks, readJob } from "../store/read-job.ts";
import { missingConsent } from "./consent.ts";
import { headerInText } from "./plan-messages.ts";
import { requirePlan, requireUnexpired } from "./plan-rpcs.ts";
import { planningFailure } from "./planning-failure.ts";

type Handlers = Pick<
  ServiceImpl<typeof OrchestratorService>,
  "startJob" | "getJob" | "listJobs" | "listTasks" | "listStuck" | "cancelJob"
>;

/** What the RPCs about jobs need. */
export interface JobRpcDeps {
  readonly database: Database;
  readonly planner: Planner;
  readonly state: () => Client<typeof DesignStateService>;
  /** Has a job that was written down carried out. Does not reject: what fails here is caught up later. */
  readonly start: (jobId: string) => Promise<void>;
  /** Tells the work of this process that a job is to be canceled. */
  readonly cancel: (jobId: string) => void;
}

/** The RPCs about jobs, but for watching them. */
export function createJobRpcs({ database, planner, state, start, cancel }: JobRpcDeps): Handlers {
  const { db } = database;
  const message = async (row: JobRow): Promise<Job> => jobMessage(row, await countTasks(db, row.id));
  return {
    async startJob(request, context) {
      const approved = await requirePlan(database, request.planId);
      const { header, basis } = approved;
      const known = await findJobByRequest(db, header.id, request.requestId);
      if (known !== undefined) return { job: await message(known) };
      if (request.planDigest !== header.digest) throw otherDigest(header);
      requireUnexpired(approved);
      const { headRevision } = await resolveRevision(state(), header.design, header.revision);
      const { design, revision, action } = header;
      const { nodes } = basis as unknown as PlanBasis;
      const asked = { ...headerInText(header), headRevision, ...(nodes && { nodes }) };
      const fresh = await planner.plan(asked, context.signal).catch((error) => {
        throw planningFailure(error);
      });
      const steps = await readPlanSteps(db, header.id);
      const differences = comparePlan(storedPlan(header, steps, basis as unknown as PlanBasis), fresh.withBasis);
      if (differences.length > 0) throw stale(header, differences);
      const refusal = missingConsent(fresh.plan.steps, request);
      if (refusal !== undefined) throw refusal;
      const row = await insertJob(db, {
        id: randomUUID(),
        planId: header.id,
        design,
        revision,
        action: Action[action],
        author: authorOf(callerOf(context.values)),
        requestId: request.requestId,
        options: { allowDestroy: request.allowDestroy, allowDestroyNodes: request.allowDestroyNodes },
        tasks: newTasks(fresh),
      });
      database.noteWrites(fresh.plan.steps.length);
      await start(row.id);
      return { job: await message(row) };
    },

    async getJob({ jobId }) {
      return { job: await message(await requireJob(database, jobId)) };
    },

    async listJobs(request) {
      const query = ["jobs", request.design];
      const rows = await listJobs(db, request.design, pageStart(request, query, 2), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ created_at, id }) => [created_at, id]);
      return { jobs: await Promise.all(page.rows.map(message)), nextPageToken: page.nextPageToken };
    },

    async listTasks(request) {
      const { id } = await requireJob(database, request.jobId);
      const state = request.state === TaskState.UNSPECIFIED ? undefined : TaskState[request.state];
      const query = ["tasks", id, state ?? ""];
      const [after = "0"] = pageStart(request, query, 1) ?? [];
      const rows = await listTasks(db, id, state, Number(after), rowsToRead(request));
      const page = cutPage(rows, request, query, ({ sequence }) => [`${sequence}`]);
      return { tasks: page.rows.map(taskMessage), nextPageToken: page.nextPageToken };
    },

    async listStuck(request) {
      const query = ["stuck"];
      const rows = await listStuckTasks(db, pageStart(request, query, 3), rowsToRead(request));
      const page = cutPage(rows, request, query, (row) => [
        row.waiting_until ?? "-infinity",
        row.job_id,
        `${row.sequence}`,
      ]);
      return { tasks: page.rows.map(taskMessage), nextPageToken: page.nextPageToken };
    },

    async cancelJob({ jobId, reason }) {
      await requireJob(database, jobId);
      await requestCancel(db, jobId, oneLine(reason, 1024));
      cancel(jobId);
      return { job: await message(await requireJob(database, jobId)) };
    },
  };
}

/** A job's row. Throws NOT_FOUND. */
export async function requireJob({ db }: Database, id: string): Promise<JobRow> {
  const row = await readJob(db, id);
  if (row !== undefined) return row;
  throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no job ${id}`, {
    subject: id,
    hint: "bedplate job list shows the jobs there are",
  });
}

function newTasks({ plan, preconditions }: FreshPlan): NewTask[] {
  return plan.steps.map((step) => {
    const { sites, nodes } = preconditions;
    const upToDate = step.disposition === Disposition.UP_TO_DATE;
    const token = step.kind === StepKind.PREPARE_SITE ? sites.get(step.driverInstance) : nodes.get(step.subject);
    return {
      sequence: step.sequence,
      stepId: step.id,
      kind: StepKind[step.kind],
      subject: step.subject,
      state: upToDate ? "SKIPPED" : "PENDING",
      message: upToDate ? oneLine(step.reason) : "",
      precondition: upToDate ? "" : (token ?? ""),
    };
  });
}

function otherDigest(plan: Plan): unknown {
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `the digest is not that of plan ${plan.id}`, {
    fieldPath: "plan_digest",
    subject: plan.id,
    hint: "read the plan again and apply exactly what it says",
  });
}

function stale({ id }: Plan, differences: readonly PlanDifference[]): unknown {
  const [first] = differences;
  const more = differences.length === 1 ? "" : ` (and ${differences.length - 1} more)`;
  const diagnostics = differences.slice(0, 100).map((difference) =>
    create(DiagnosticSchema, {
      rule: "plan-stale",
      severity: Severity.ERROR,
      message: oneLine(difference.message),
      name: oneLine(difference.subject, 253),
    }),
  );
  return failure(Code.FailedPrecondition, ErrorReason.PLAN_STALE, `the plan is stale: ${first?.message}${more}`, {
    subject: first?.subject ?? id,
    hint: "make a new plan and look at it",
    diagnostics,
  });
}
