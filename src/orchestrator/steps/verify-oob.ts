import { PowerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { callPatiently, createPatience } from "../job/patience.ts";
import { type Step, StepFailure } from "./step.ts";

/** Sees that a machine's management controller answers, before anything is done to the machine. */
export const verifyOob: Step = {
  kind: StepKind.VERIFY_OOB,
  keepsPhase: true,
  async run({ job, task, controllers, clock, policy, signal }) {
    const { subject, driverInstance } = task.step;
    const power = await callPatiently(createPatience(clock, policy), signal, () =>
      controllers.powerOf(job.snapshot, subject, signal),
    );
    if (power === PowerState.ERROR) {
      throw new StepFailure(`the management controller of node ${subject} answers ${driverInstance} with an error`);
    }
    const word = power === PowerState.UNSPECIFIED ? "unknown" : (PowerState[power] ?? "").toLowerCase();
    return { changed: true, message: `the controller answers: power is ${word}` };
  },
};
