import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { ServerPhase } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ensureServer } from "./ensure-server.ts";
import type { Step } from "./step.ts";

/** Brings the disks of a machine to what the design says. */
export const configureStorage: Step = {
  kind: StepKind.CONFIGURE_STORAGE,
  async run(context) {
    const { changed, message, precondition } = await ensureServer(context, ServerPhase.STORAGE_CONFIGURED);
    return { changed, message, carried: { precondition }, status: { phase: NodePhase.STORAGE_CONFIGURED } };
  },
};
