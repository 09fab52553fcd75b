import { ServerState } from "../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { ServerFacts } from "../node-facts.ts";

/** Why no step on a machine may be planned: its state is unknown, or a person must look at it. Undefined when nothing stands in the way. */
export function obstacleOf(node: string, seen: ServerFacts): Diagnostic | undefined {
  if (seen.state !== ServerState.HELD && seen.state !== ServerState.UNSPECIFIED) return undefined;
  const held = seen.state === ServerState.HELD;
  const state = held ? "is held for a person to look at" : "is in a state its driver can't tell";
  return machineProblem(
    held ? "machine-held" : "machine-state-unknown",
    node,
    withDetail(`node ${node} ${state}`, seen.stateMessage),
    "put the machine right in its provisioner, or leave the node out of the selection",
  );
}

/** A diagnostic about the machine of a node. */
export function machineProblem(rule: string, node: string, message: string, hint: string): Diagnostic {
  return { rule, severity: "error", message, hint, kind: "Node", name: node, related: [] };
}

/** Whether an operating system is on a machine, or being put there. */
export function isInstalled({ state }: Pick<ServerFacts, "state">): boolean {
  return state === ServerState.DEPLOYED || state === ServerState.DEPLOYING;
}

/** A machine's state in a word, such as "deployed". */
export function stateWord(state: ServerState): string {
  return (ServerState[state] ?? "unknown").toLowerCase();
}

/** A line with what is known beside, when there is something. */
export function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}
