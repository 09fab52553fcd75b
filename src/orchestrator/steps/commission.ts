import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { PortMode } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerPhase, ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { collectScripts } from "./collect-scripts.ts";
import { ensurePorts } from "./ensure-ports.ts";
import { type EnsuredServer, ensureServer } from "./ensure-server.ts";
import { type Step, type StepContext, StepFailure } from "./step.ts";

/** Has the provisioner know a machine and inventory its hardware. Its ports are for provisioning meanwhile, unless it is installed. */
export const commission: Step = {
  kind: StepKind.COMMISSION,
  async run(context) {
    // It was not when this was planned. What runs on it now needs its ports as they are.
    let installed = false;
    await ensurePorts(context, PortMode.PROVISIONING, async () => {
      const { job, task, world, signal } = context;
      const seen = (await world.servers(job.snapshot, [task.step.subject], signal)).get(task.step.subject);
      installed = seen?.state === ServerState.DEPLOYED || seen?.state === ServerState.DEPLOYING;
      return installed;
    });
    const { changed, message, precondition, observed } = await commissioned(context);
    const { problem } = await collectScripts(context, changed);
    return {
      changed,
      message: problem === "" ? message : `${message}; ${problem}`,
      carried: { precondition },
      status: {
        ...(!installed && { phase: NodePhase.COMMISSIONED }),
        ...(observed !== undefined && { providerId: observed.providerId, addresses: observed.addresses }),
      },
    };
  },
};

/** Commissions the machine. When that fails, what scripts said is kept all the same, and those that failed are named. */
async function commissioned(context: StepContext): Promise<EnsuredServer> {
  try {
    return await ensureServer(context, ServerPhase.COMMISSIONED);
  } catch (error) {
    if (!(error instanceof StepFailure)) throw error;
    const { failed } = await collectScripts(context, true);
    throw failed === "" ? error : new StepFailure(`${error.message}; ${failed}`, error.status);
  }
}
