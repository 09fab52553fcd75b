import { ServerState } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { Action, Disposition, StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { ServerFacts } from "./node-facts.ts";

/** What one step on a node would come to. */
export interface NodeStep {
  readonly kind: StepKind;
  readonly disposition: Disposition;
  readonly destructive: boolean;
  readonly reason: string;
}

const INVENTORY = [StepKind.COMMISSION, StepKind.VERIFY_HARDWARE] as const;
const INSTALL = [StepKind.CONFIGURE_NETWORK, StepKind.CONFIGURE_STORAGE, StepKind.DEPLOY] as const;

/**
 * The steps that bring one machine from what was seen to what is wanted, in order; or the diagnostic that says why none may
 * be planned. A machine that is installed otherwise than the design says is reinstalled by destructive steps; one whose
 * state nobody knows, or that a person must look at, gets no step at all.
 */
export function nodeSteps(
  node: string,
  action: Action,
  seen: ServerFacts,
  specDigest: string,
  calledIn: boolean,
): NodeStep[] | Diagnostic {
  const obstacle = obstacleOf(node, seen);
  if (obstacle !== undefined) return obstacle;
  const installed = seen.state === ServerState.DEPLOYED || seen.state === ServerState.DEPLOYING;
  const asDesigned = installed && seen.specDigest === specDigest;
  const deployed = seen.state === ServerState.DEPLOYED && asDesigned;

  const inventory = INVENTORY.map((kind): NodeStep => {
    if (deployed) return upToDate(kind, "the machine is deployed as designed");
    if (kind === StepKind.COMMISSION && installed) return upToDate(kind, "the machine is known and inventoried");
    return change(kind, kind === StepKind.COMMISSION ? commissionReason(seen) : "compare as-built with as-designed");
  });
  if (action === Action.COMMISSION) return inventory;

  const reinstalls = installed && !asDesigned;
  const install = INSTALL.map((kind): NodeStep => {
    if (deployed) return upToDate(kind, "the machine is deployed as designed");
    return {
      ...change(kind, reinstalls ? reinstallReason(seen) : "the machine is not deployed"),
      destructive: reinstalls,
    };
  });
  const verify =
    deployed && calledIn
      ? upToDate(StepKind.VERIFY_NODE, "the machine has called in")
      : change(StepKind.VERIFY_NODE, "the machine has not called in since its deployment");
  return [...inventory, ...install, verify];
}

function change(kind: StepKind, reason: string): NodeStep {
  return { kind, disposition: Disposition.CHANGE, destructive: false, reason };
}

function upToDate(kind: StepKind, reason: string): NodeStep {
  return { kind, disposition: Disposition.UP_TO_DATE, destructive: false, reason };
}

function commissionReason(seen: ServerFacts): string {
  if (seen.state === ServerState.ABSENT) return "the provisioner does not know the machine";
  if (seen.state === ServerState.FAILED) return oneLine("its last operation failed", seen.stateMessage);
  return `the machine is ${stateWord(seen.state)}`;
}

function reinstallReason(seen: ServerFacts): string {
  if (seen.specDigest === "")
    return `the machine is ${stateWord(seen.state)}, and not by Bedplate: it would be reinstalled`;
  return `the machine is ${stateWord(seen.state)} with another specification: it would be reinstalled`;
}

function obstacleOf(node: string, seen: ServerFacts): Diagnostic | undefined {
  if (seen.state !== ServerState.HELD && seen.state !== ServerState.UNSPECIFIED) return undefined;
  const held = seen.state === ServerState.HELD;
  const state = held ? "is held for a person to look at" : "is in a state its driver can't tell";
  return {
    rule: held ? "machine-held" : "machine-state-unknown",
    severity: "error",
    message: oneLine(`node ${node} ${state}`, seen.stateMessage),
    hint: "put the machine right in its provisioner, or leave the node out of the selection",
    kind: "Node",
    name: node,
    related: [],
  };
}

/** A machine's state in a word, such as "deployed". */
export function stateWord(state: ServerState): string {
  return (ServerState[state] ?? "unknown").toLowerCase();
}

function oneLine(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
