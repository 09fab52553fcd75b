import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";

const PHASES: ReadonlyMap<StepKind, ServerPhase> = new Map([
  [StepKind.COMMISSION, ServerPhase.COMMISSIONED],
  [StepKind.CONFIGURE_NETWORK, ServerPhase.NETWORK_CONFIGURED],
  [StepKind.CONFIGURE_STORAGE, ServerPhase.STORAGE_CONFIGURED],
  [StepKind.DEPLOY, ServerPhase.DEPLOYED],
  [StepKind.RELEASE, ServerPhase.RELEASED],
]);

/** The phase a kind of step brings a machine to; undefined for those that bring it to none. What a driver would change to reach it is the step's. */
export function phaseOfStep(kind: StepKind): ServerPhase | undefined {
  return PHASES.get(kind);
}
