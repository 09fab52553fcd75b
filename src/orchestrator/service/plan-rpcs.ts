import { timestampDate } from "@bufbuild/protobuf/wkt";
import { type Client, Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Action, PowerChange } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { Severity } from "../../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../db/database.ts";
import { callerOf } from "../../mesh/call.ts";
import { authorOf } from "../../mesh/caller.ts";
import { failure } from "../../mesh/failure.ts";
import type { DesignSnapshots } from "../design-snapshot.ts";
import { cutPage, pageStart, rowsToRead } from "../page.ts";
import { type Planner, resolveRevision } from "../planning/planner.ts";
import type { Policy } from "../policy.ts";
import { insertPlan, listPlanSteps, listPlans, readPlan, type StoredPlan } from "../store/plans.ts";
import { withOrigins } from "./change-origins.ts";
import { exportPlan } from "./export-plan.ts";
import { newHeader, selectorOf } from "./plan-messages.ts";
import { planningFailure } from "./planning-failure.ts";

type Handlers = Pick<
  ServiceImpl<typeof OrchestratorService>,
  "createPlan" | "getPlan" | "listPlans" | "listPlanSteps" | "exportPlan"
>;

/** What the RPCs about plans need. */
export interface PlanRpcDeps {
  readonly database: Database;
  readonly planner: Planner;
  readonly snapshots: DesignSnapshots;
  readonly state: () => Client<typeof DesignStateService>;
  readonly policy: Pick<Policy, "planTtlMs">;
}

/** The RPCs about plans. */
export function createPlanRpcs({ database, planner, snapshots, state, policy }: PlanRpcDeps): Handlers {
  const { db } = database;
  return {
    async createPlan(request, context) {
      const { design, action, power, phases, filter, skipSite, ttlSeconds } = request;
      requirePowerChange(action, power);
      requireSkippable(action, skipSite);
      const selector = selectorOf(request.selector);
      const { revision, headRevision, valid } = await resolveRevision(state(), design, request.revision);
      if (!valid) throw await invalidDesign(state(), design, revision);
      const asked = { design, revision, headRevision, action, selector, power, phases, filter, skipSite };
      const { plan, basis } = await planner.plan(asked, context.signal).catch((error) => {
        throw planningFailure(error);
      });
      const header = newHeader(asked, plan, authorOf(callerOf(context.values)));
      const ttlMs = ttlSeconds === 0 ? policy.planTtlMs : ttlSeconds * 1000;
      const stored = await insertPlan(db, header, plan.steps, { ...basis }, ttlMs);
      database.noteWrites(plan.steps.length);
      return { plan: stored };
    },

    async getPlan({ planId }) {
      return { plan: (await requirePlan(database, planId)).header };
    },

    async listPlans(request) {
      const query = ["plans", request.design];
      const after = pageStart(request, query, 2);
      const rows = await listPlans(db, request.design, after, rowsToRead(request));
      const page = cutPage(rows, request, query, ({ header, createdAt }) => [createdAt, header.id]);
      return { plans: page.rows.map(({ header }) => header), nextPageToken: page.nextPageToken };
    },

    async listPlanSteps(request, context) {
      const { header } = await requirePlan(database, request.planId);
      const { disposition, subject, withOrigins: explained } = request;
      const query = ["plan steps", header.id, `${disposition}`, subject];
      const [after = "0"] = pageStart(request, query, 1) ?? [];
      const wanted = { after: Number(after), disposition, subject };
      const asked = explained ? { ...request, pageSize: Math.min(request.pageSize || 100, 100) } : request;
      const rows = await listPlanSteps(db, header.id, wanted, rowsToRead(asked));
      const bounded = explained ? { ...asked, pageSize: stepsToExplain(rows, asked.pageSize) } : asked;
      const page = cutPage(rows, bounded, query, ({ sequence }) => [`${sequence}`]);
      const { nextPageToken } = page;
      if (!explained) return { steps: [...page.rows], nextPageToken };
      return { steps: await withOrigins({ snapshots, state }, header, page.rows, context.signal), nextPageToken };
    },

    async *exportPlan({ planId }) {
      const { header } = await requirePlan(database, planId);
      for await (const json of exportPlan(db, header)) yield { json };
    },
  };
}

/** A plan. Throws NOT_FOUND. */
export async function requirePlan({ db }: Database, id: string): Promise<StoredPlan> {
  const plan = await readPlan(db, id);
  if (plan !== undefined) return plan;
  throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no plan ${id}`, {
    subject: id,
    hint: "make one: bedplate plan deploy --design NAME",
  });
}

// With their origins these fit in a message.
const CHANGES_EXPLAINED = 4_000;

/** How many steps of a page have their changes explained: at least one, at most `most`. */
function stepsToExplain(steps: readonly { readonly changes: readonly unknown[] }[], most: number): number {
  let changes = 0;
  const over = steps.findIndex((step) => {
    changes += step.changes.length;
    return changes > CHANGES_EXPLAINED;
  });
  return Math.min(most, over < 0 ? most : Math.max(1, over));
}

/** Sees that a plan may still be applied. Throws PLAN_STALE when it has expired. */
export function requireUnexpired({ header, expired }: StoredPlan): void {
  if (!expired) return;
  const { id, expiresAt } = header;
  const since = expiresAt === undefined ? "" : ` at ${timestampDate(expiresAt).toISOString()}`;
  throw failure(Code.FailedPrecondition, ErrorReason.PLAN_STALE, `the plan is stale: it expired${since}`, {
    subject: id,
    hint: "make a new plan and look at it",
  });
}

/** Throws INVALID_ARGUMENT when a power change is missing, or given with an action that has none. */
function requirePowerChange(action: Action, power: PowerChange): void {
  if ((action === Action.POWER) === (power !== PowerChange.UNSPECIFIED)) return;
  const name = (Action[action] ?? "").toLowerCase().replaceAll("_", "-");
  const missing = "the request doesn't say which way power is switched";
  const message = action === Action.POWER ? missing : `the action ${name} switches no power`;
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, message, {
    fieldPath: "power",
    hint: "give on, off or cycle with the action power, and nothing with any other",
  });
}

const SKIPPABLE: ReadonlySet<Action> = new Set([Action.COMMISSION, Action.DEPLOY]);

/** Throws INVALID_ARGUMENT when the site is to be left out of an action that prepares nothing else, or none. */
function requireSkippable(action: Action, skipSite: boolean): void {
  if (!skipSite || SKIPPABLE.has(action)) return;
  const name = (Action[action] ?? "").toLowerCase().replaceAll("_", "-");
  throw failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `the action ${name} can't leave the site out`, {
    fieldPath: "skip_site",
    hint: "leave the site out of commission and deploy only",
  });
}

/** DESIGN_INVALID with the first errors of the revision. */
async function invalidDesign(
  state: Client<typeof DesignStateService>,
  design: string,
  revision: bigint,
): Promise<unknown> {
  if (revision === 0n) {
    return failure(Code.FailedPrecondition, ErrorReason.DESIGN_INVALID, `design ${design} is empty`, {
      subject: design,
      hint: `submit documents first: bedplate submit PATH --design ${design}`,
    });
  }
  const diagnostics: Diagnostic[] = (await state.listDiagnostics({ design, revision, pageSize: 100 })).diagnostics;
  const errors = diagnostics.filter(({ severity }) => severity === Severity.ERROR);
  const message = `revision ${revision} of design ${design} has errors and can't be planned: ${errors[0]?.message ?? "see its diagnostics"}`;
  return failure(Code.FailedPrecondition, ErrorReason.DESIGN_INVALID, message, {
    subject: design,
    hint: "mend the design, submit it again, then plan",
    diagnostics: errors,
  });
}
