import { PowerState, ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { PowerChange, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { machineProblem } from "./machine-state.ts";
import { change, type NodeQuestion, type NodeStep, upToDate } from "./node-step.ts";

/** The steps of POWER. Switching off cuts off what runs on a machine, so it is destructive unless the machine is off already. */
export function powerSteps({ node, power, powered, seen, controller }: NodeQuestion): NodeStep[] | Diagnostic {
  if (controller.switchesPower && !controller.exists) {
    const message = `power of the site is switched by its OOB driver, and node ${node} names no management controller`;
    return machineProblem(
      "machine-without-controller",
      node,
      message,
      "give the node its oob section, or leave it out",
    );
  }
  if (seen.state === ServerState.ABSENT && !controller.switchesPower) {
    const hint = "commission the node first, or leave it out of the selection";
    return machineProblem("machine-absent", node, `the provisioner does not know the machine of node ${node}`, hint);
  }
  const off =
    powered === PowerState.OFF
      ? upToDate(StepKind.POWER_OFF, "the machine is off")
      : change(StepKind.POWER_OFF, `the machine ${powerWords(powered)}: what runs on it would be cut off`, true);
  const on =
    powered === PowerState.ON && power === PowerChange.ON
      ? upToDate(StepKind.POWER_ON, "the machine is on")
      : change(
          StepKind.POWER_ON,
          `the machine ${power === PowerChange.CYCLE ? "is off by then" : powerWords(powered)}`,
        );
  if (power === PowerChange.CYCLE) return [off, on];
  return [power === PowerChange.OFF ? off : on];
}

function powerWords(powered: PowerState): string {
  if (powered === PowerState.ON) return "is on";
  if (powered === PowerState.OFF) return "is off";
  return powered === PowerState.ERROR ? "has a controller that answers with an error" : "is perhaps on";
}
