import { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ensurePower } from "./ensure-power.ts";
import type { Step } from "./step.ts";

/** Switches a machine off. */
export const powerOff: Step = {
  kind: StepKind.POWER_OFF,
  keepsPhase: true,
  async run(context) {
    const { changed, message, precondition } = await ensurePower(context, PowerState.OFF);
    return { changed, message: message || "the machine is off", carried: { precondition } };
  },
};
