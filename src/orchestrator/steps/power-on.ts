import { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ensurePower } from "./ensure-power.ts";
import type { Step } from "./step.ts";

/** Switches a machine on. */
export const powerOn: Step = {
  kind: StepKind.POWER_ON,
  keepsPhase: true,
  async run(context) {
    const { changed, message, precondition } = await ensurePower(context, PowerState.ON);
    return { changed, message: message || "the machine is on", carried: { precondition } };
  },
};
