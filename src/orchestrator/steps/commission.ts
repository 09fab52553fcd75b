import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { PortMode } from "../../../gen/bedplate/driver/v1/network_driver_service_pb.js";
import { ServerPhase } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ensurePorts } from "./ensure-ports.ts";
import { ensureServer } from "./ensure-server.ts";
import type { Step } from "./step.ts";

/** Has the provisioner know a machine and inventory its hardware. Its ports are for provisioning meanwhile. */
export const commission: Step = {
  kind: StepKind.COMMISSION,
  async run(context) {
    await ensurePorts(context, PortMode.PROVISIONING);
    const { changed, message, precondition, observed } = await ensureServer(context, ServerPhase.COMMISSIONED);
    return {
      changed,
      message,
      carried: { precondition },
      status: {
        phase: NodePhase.COMMISSIONED,
        ...(observed !== undefined && { providerId: observed.providerId, addresses: observed.addresses }),
      },
    };
  },
};
