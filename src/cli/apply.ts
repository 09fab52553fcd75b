import { randomUUID } from "node:crypto";
import type { Client } from "@connectrpc/connect";
import { ControlService } from "../../gen/bedplate/control/v1/control_service_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { CliError } from "./cli-error.ts";
import type { ConnectOptions } from "./connect.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import { followJob } from "./follow-job.ts";
import { type PolicyOptions, policyOf } from "./jobs/policy-options.ts";
import { note, type OutputForm } from "./output.ts";
import { type PlanReference, readPlanFile } from "./plans/plan-file.ts";
import { printJob } from "./print-job.ts";
import { withServer } from "./with-server.ts";

/** Options of `bedplate apply`. */
export interface ApplyOptions extends ConnectOptions, PolicyOptions {
  readonly allowDestroy: boolean;
  readonly allowDestroyNode: readonly string[];
  readonly wait: boolean;
  readonly timeout?: number;
  readonly output: OutputForm;
}

/** `bedplate apply PLAN`: starts to carry out exactly this plan, a file or an id, and follows the job to its end. */
export async function apply(reference: string, options: ApplyOptions): Promise<ExitCode> {
  const policy = await policyOf(options);
  return withServer(options, async (connection) => {
    const plan =
      (await readPlanFile(reference)) ?? (await planOnServer(reference, connection.clientFor(OrchestratorService)));
    const { job } = await connection.clientFor(ControlService).applyPlan(
      {
        planId: plan.id,
        planDigest: plan.digest,
        allowDestroy: options.allowDestroy,
        allowDestroyNodes: options.allowDestroyNode.flatMap((each) => each.split(",")),
        ...(policy !== undefined && { policy }),
        requestId: randomUUID(),
      },
      { timeoutMs: 300_000 },
    );
    if (job === undefined) throw new CliError(exitCode.fault, "the server answered without a job");
    if (!options.wait) {
      await printJob(job, options.output);
      note(`next: bedplate job watch ${job.id}`);
      return exitCode.done;
    }
    return followJob(connection, job.id, options);
  });
}

async function planOnServer(id: string, orchestrator: Client<typeof OrchestratorService>): Promise<PlanReference> {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(id))
    throw new CliError(
      exitCode.usage,
      `${id} is neither a file nor a plan id`,
      "name a file that bedplate plan --out wrote",
    );
  const { plan } = await orchestrator.getPlan({ planId: id });
  if (plan === undefined) throw new CliError(exitCode.usage, `there is no plan ${id}`, "make one with bedplate plan");
  return plan;
}
