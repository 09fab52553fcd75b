import { ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { stateWord } from "./machine-state.ts";
import { change, type NodeQuestion, type NodeStep, upToDate } from "./node-step.ts";

/**
 * The step of VERIFY. A node is compared when its machine is deployed, and when it is recorded as deployed and its machine is something
 * else: that is a difference too.
 */
export function verifySteps({ seen, recordedDeployed }: NodeQuestion): NodeStep[] {
  if (recordedDeployed || seen.state === ServerState.DEPLOYED) {
    return [change(StepKind.VERIFY_DESIGN, "compare the deployed machine with the design")];
  }
  const word = seen.state === ServerState.UNSPECIFIED ? "in a state its driver can't tell" : stateWord(seen.state);
  return [upToDate(StepKind.VERIFY_DESIGN, `the node is not deployed: its machine is ${word}`)];
}
