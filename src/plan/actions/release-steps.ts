import { ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { isInstalled, stateWord, withDetail } from "./machine-state.ts";
import { change, type NodeQuestion, type NodeStep, upToDate } from "./node-step.ts";

const FREE: ReadonlySet<ServerState> = new Set([
  ServerState.ABSENT,
  ServerState.ENLISTED,
  ServerState.COMMISSIONING,
  ServerState.READY,
]);

/** The step of RELEASE. What is installed is lost. */
export function releaseSteps({ seen, recordedDeployed }: NodeQuestion): NodeStep[] {
  const { state, stateMessage } = seen;
  if (isInstalled(seen)) {
    return [change(StepKind.RELEASE, `the machine is ${stateWord(state)}: what is on it would be lost`, true)];
  }
  const word = state === ServerState.ABSENT ? "unknown to its provisioner" : stateWord(state);
  if (!FREE.has(state)) return [change(StepKind.RELEASE, withDetail(`the machine is ${word}`, stateMessage))];
  // Its recorded state, its ports and its token are put right.
  if (recordedDeployed) return [change(StepKind.RELEASE, `the machine is ${word}, and recorded as deployed`)];
  return [upToDate(StepKind.RELEASE, `the machine is ${word}`)];
}
