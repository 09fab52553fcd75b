import type { Client } from "@connectrpc/connect";
import type { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { type Plan, PlanSchema, type PlanStep, PlanStepSchema } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { redactSecrets } from "../../mesh/redact-secrets.ts";
import { CliError } from "../cli-error.ts";
import { exitCode } from "../exit-code.ts";

type Orchestrator = Client<typeof OrchestratorService>;

/** A plan's header. Throws CliError for what can't be a plan's id, and what the server throws. */
export async function readPlan(orchestrator: Orchestrator, planId: string): Promise<Plan> {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(planId)) {
    throw new CliError(exitCode.usage, `${JSON.stringify(planId)} is no plan's id`, "see bedplate plan list");
  }
  const { plan } = await orchestrator.getPlan({ planId });
  if (plan === undefined) throw new CliError(exitCode.fault, "the server answered without a plan");
  return plan;
}

/** Steps of a plan in order: all, or those of one subject; with what the design says about their changes when that is asked for. */
export async function readSteps(
  orchestrator: Orchestrator,
  planId: string,
  { subject = "", withOrigins = false }: { readonly subject?: string; readonly withOrigins?: boolean } = {},
): Promise<PlanStep[]> {
  const steps: PlanStep[] = [];
  let pageToken = "";
  do {
    const pageSize = withOrigins ? 100 : 1000;
    const page = await orchestrator.listPlanSteps({ planId, subject, withOrigins, pageSize, pageToken });
    for (const step of page.steps) steps.push(step);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return steps;
}

/** A plan for programs, in the names of the contracts. */
export function planValue(plan: Plan, steps: readonly PlanStep[]): object {
  const protoNames = { protoNames: true };
  return {
    plan: redactSecrets(PlanSchema, plan, protoNames),
    steps: steps.map((step) => redactSecrets(PlanStepSchema, step, protoNames)),
  };
}
