import { timestampMs } from "@bufbuild/protobuf/wkt";
import { OrchestratorService } from "../../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { type Plan, PlanSchema } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { redactSecrets } from "../../mesh/redact-secrets.ts";
import type { ConnectOptions } from "../connect.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { momentText } from "../moment-text.ts";
import { note, type OutputForm, printTable, printValue } from "../output.ts";
import { withServer } from "../with-server.ts";
import { actionText } from "./plan-action.ts";

/** Options of `bedplate plan list`. */
export interface ListPlansOptions extends ConnectOptions {
  readonly design?: string;
  readonly limit: number;
  readonly output: OutputForm;
}

/** `bedplate plan list`: plans, newest first. */
export async function listPlans({ design = "", limit, ...options }: ListPlansOptions): Promise<ExitCode> {
  return withServer(options, async ({ clientFor }) => {
    const plans: Plan[] = [];
    let pageToken = "";
    do {
      const pageSize = Math.min(1000, limit - plans.length);
      const page = await clientFor(OrchestratorService).listPlans({ design, pageSize, pageToken });
      plans.push(...page.plans);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && plans.length < limit);
    if (options.output !== "table") {
      await printValue(options.output, {
        plans: plans.map((plan) => redactSecrets(PlanSchema, plan, { protoNames: true })),
      });
      return exitCode.done;
    }
    const header = ["id", "design", "rev", "action", "nodes", "changes", "destroys", "created", "state"];
    await printTable(header, plans.map(row));
    if (pageToken !== "") note(`there are more: bedplate plan list --limit ${limit * 2}`);
    return exitCode.done;
  });
}

function row(plan: Plan): string[] {
  const expired = plan.expiresAt !== undefined && timestampMs(plan.expiresAt) <= Date.now();
  return [
    plan.id,
    plan.design,
    String(plan.revision),
    actionText(plan),
    String(plan.nodeCount),
    String(plan.changeCount),
    String(plan.destructiveCount),
    momentText(plan.createdAt),
    expired ? "expired" : `until ${momentText(plan.expiresAt)}`,
  ];
}
