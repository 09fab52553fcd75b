import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { MaasClient } from "../client/maas-client.ts";
import { machineFailed, notFound, operationInProgress, rejected } from "../driver-error.ts";
import type { Progress } from "../precondition.ts";
import type { Writer } from "../writer.ts";
import { failedScripts } from "./failed-scripts.ts";
import { lastEvent } from "./last-event.ts";
import { deployedDigest, type Machine, OPERATION_ANNOTATION } from "./machine.ts";
import { STATUS } from "./status.ts";

/** What one call about a server works with. */
export interface Step {
  readonly client: MaasClient;
  readonly writer: Writer;
  readonly spec: ServerSpec;
  readonly operationId: string;
  readonly allowDestroy: boolean;
  /** What this operation did before, as far as its token tells. */
  readonly progress: Progress;
}

/** What a call about a server came to. */
export interface Outcome {
  readonly machine: Machine | undefined;
  readonly isDone: boolean;
  readonly message: string;
  /** 0 to 100, when it is not done. */
  readonly percent?: number;
  /** Whether there is nothing to do but wait for MAAS. */
  readonly isWaiting?: boolean;
  /** Whether this call started a transition of the machine. */
  readonly hasStarted?: boolean;
}

/** The wanted state is there. */
export function done(machine: Machine | undefined, message: string): Outcome {
  return { machine, isDone: true, message };
}

/** MAAS is at work on the machine. */
export function waiting(machine: Machine, percent: number, message: string, hasStarted = false): Outcome {
  return { machine, isDone: false, isWaiting: true, percent, message, hasStarted };
}

/** Name of the node a step is about. */
export function nodeName({ spec }: Pick<Step, "spec">): string {
  return spec.identity?.name ?? "";
}

/** A machine that cannot be found and is needed. */
export function absent(step: Pick<Step, "spec">): Error {
  const name = nodeName(step);
  return notFound(`MAAS has no machine for node ${name}`, {
    subject: name,
    hint: "commission the node first; check its boot_mac and the address of its BMC",
  });
}

/** The machine is in a state a person must resolve; the message has MAAS's last word about it. */
export async function failedMachine(step: Step, machine: Machine, hint: string): Promise<Error> {
  const [event, scripts] = await Promise.all([lastEvent(step.client, machine), failedScripts(step.client, machine)]);
  const failed = scripts === "" ? "" : `, ${scripts}`;
  const why = `${failed}${event === "" ? "" : `: ${event}`}`;
  return machineFailed(nodeName(step), `machine ${machine.hostname} is "${machine.statusName}"${why}`, hint, event);
}

/** Somebody else's installation of the machine is under way. */
export function foreignDeployment(step: Step, machine: Machine): Error {
  const running = machine.annotations[OPERATION_ANNOTATION] ?? "";
  return operationInProgress(
    nodeName(step),
    `machine ${machine.hostname} is being deployed ${running === "" ? `by ${machine.owner || "somebody else"}` : "by another operation"}`,
    running,
  );
}

/** Whether a machine is deployed, or being deployed, with the specification of the step. */
export function hasThisSpec({ spec }: Pick<Step, "spec">, machine: Machine): boolean {
  const isInstalled = machine.status === STATUS.DEPLOYED || machine.status === STATUS.DEPLOYING;
  return isInstalled && spec.specDigest !== "" && deployedDigest(machine) === spec.specDigest;
}

/** A machine whose hardware MAAS does not know yet. */
export function uncommissioned(step: Pick<Step, "spec">, machine: Machine): Error {
  return rejected(`machine ${machine.hostname} is "${machine.statusName}", not commissioned`, {
    subject: nodeName(step),
    hint: "commission the node first",
  });
}
