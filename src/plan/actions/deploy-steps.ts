import { ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { ServerFacts } from "../node-facts.ts";
import { annotateStep } from "./annotate-steps.ts";
import { isInstalled, stateWord, withDetail } from "./machine-state.ts";
import { change, type NodeQuestion, type NodeStep, upToDate } from "./node-step.ts";

const INVENTORY = [StepKind.COMMISSION, StepKind.VERIFY_HARDWARE] as const;
const INSTALL = [StepKind.CONFIGURE_NETWORK, StepKind.CONFIGURE_STORAGE, StepKind.DEPLOY] as const;

/**
 * The steps of COMMISSION and DEPLOY. A machine that is installed otherwise than the design says is reinstalled by destructive steps. One
 * that is installed as designed keeps its installation, whatever its tags and owner data are: those are written.
 */
export function deploySteps(question: NodeQuestion): NodeStep[] {
  const { action, seen, specDigest, calledIn, controller, annotations } = question;
  const installed = isInstalled(seen);
  const asDesigned = installed && seen.specDigest === specDigest;
  const deployed = seen.state === ServerState.DEPLOYED && asDesigned;

  const first = controller.exists && controller.isReached ? [controllerStep(deployed)] : [];
  const inventory = INVENTORY.map((kind): NodeStep => {
    if (deployed) return upToDate(kind, "the machine is deployed as designed");
    if (kind === StepKind.COMMISSION && installed) return upToDate(kind, "the machine is known and inventoried");
    return change(kind, kind === StepKind.COMMISSION ? commissionReason(seen) : "compare as-built with as-designed");
  });
  if (action === Action.COMMISSION) return [...first, ...inventory];

  const reinstalls = installed && !asDesigned;
  const install = INSTALL.map((kind): NodeStep => {
    if (deployed) return upToDate(kind, "the machine is deployed as designed");
    return change(kind, reinstalls ? reinstallReason(seen) : "the machine is not deployed", reinstalls);
  });
  const verify =
    deployed && calledIn
      ? upToDate(StepKind.VERIFY_NODE, "the machine has called in")
      : change(StepKind.VERIFY_NODE, "the machine has not called in since its deployment");
  const annotate = deployed && annotations.length > 0 ? [annotateStep(annotations)] : [];
  return [...first, ...inventory, ...install, ...annotate, verify];
}

function controllerStep(deployed: boolean): NodeStep {
  return deployed
    ? upToDate(StepKind.VERIFY_OOB, "the machine is deployed as designed")
    : change(StepKind.VERIFY_OOB, "see that the management controller answers");
}

function commissionReason(seen: ServerFacts): string {
  if (seen.state === ServerState.ABSENT) return "the provisioner does not know the machine";
  if (seen.state === ServerState.FAILED) return withDetail("its last operation failed", seen.stateMessage);
  return `the machine is ${stateWord(seen.state)}`;
}

function reinstallReason(seen: ServerFacts): string {
  if (seen.specDigest === "")
    return `the machine is ${stateWord(seen.state)}, and not by Bedplate: it would be reinstalled`;
  return `the machine is ${stateWord(seen.state)} with another specification: it would be reinstalled`;
}
