import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { backoff, doneResult, progressResult, type ResultInit } from "../answer.ts";
import { object } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { machineFailed, notFound, rejected } from "../driver-error.ts";
import { type Progress, readPrecondition } from "../precondition.ts";
import type { Writer } from "../writer.ts";
import { requireKnownState, requireSameMachine } from "./ensure-power.ts";
import { findMachine } from "./find-machine.ts";
import { lastEvent } from "./last-event.ts";
import { type Machine, readMachine } from "./machine.ts";
import { type ObservedInit, observedServer } from "./observed-server.ts";
import { STATUS } from "./status.ts";

/** What an EnsureServerRescue call is about. */
export interface EnsureRescueOrder {
  readonly server: ServerIdentity;
  readonly rescue: boolean;
  readonly operationId: string;
  readonly precondition: string;
}

/** The states MAAS takes a machine into rescue mode from. */
const ENTERED_FROM: readonly number[] = [
  STATUS.NEW,
  STATUS.FAILED_COMMISSIONING,
  STATUS.READY,
  STATUS.DEPLOYED,
  STATUS.BROKEN,
  STATUS.ALLOCATED,
  STATUS.FAILED_DEPLOYMENT,
  STATUS.FAILED_DISK_ERASING,
  STATUS.FAILED_ENTERING_RESCUE_MODE,
  STATUS.FAILED_TESTING,
];

/** The states MAAS takes a machine out of rescue mode from. */
const LEFT_FROM: readonly number[] = [
  STATUS.RESCUE_MODE,
  STATUS.FAILED_ENTERING_RESCUE_MODE,
  STATUS.FAILED_EXITING_RESCUE_MODE,
];

const FAILED: readonly number[] = [STATUS.FAILED_ENTERING_RESCUE_MODE, STATUS.FAILED_EXITING_RESCUE_MODE];

/** What is to be done with a machine in a state. */
type Verdict = "done" | "wait" | "send" | "failed" | "refused";

/**
 * Brings a machine into rescue mode, or back to the state it was in before. MAAS is told once by an operation, and waited for; what failed is tried once more by another operation.
 */
export async function ensureRescue(
  client: MaasClient,
  { server, rescue, operationId, precondition }: EnsureRescueOrder,
  writer: Writer,
): Promise<{ readonly result: ResultInit; readonly observed: ObservedInit }> {
  const token = readPrecondition(precondition);
  const before: Progress = token?.progress(operationId) ?? { operationId, changed: false, started: false, waits: 0 };
  const machine = await findMachine(client, server);
  if (machine === undefined) {
    const hint = "commission the node first";
    throw notFound(`MAAS has no machine for node ${server.name}`, { subject: server.name, hint });
  }
  if (token !== undefined) requireSameMachine(token, server.name, machine);
  requireKnownState(server.name, machine);
  switch (verdict(machine, rescue, before.started)) {
    case "done": {
      const observed = observedServer(server.name, machine, before);
      const message = `machine ${machine.hostname} is "${machine.statusName}"`;
      return { result: doneResult(observed.precondition ?? "", before.changed, message), observed };
    }
    case "wait":
      return waits(server.name, machine, { ...before, waits: before.waits + 1 });
    case "send": {
      const op = rescue ? "rescue_mode" : "exit_rescue_mode";
      const path = `machines/${machine.systemId}/`;
      const begun = readMachine(object(await writer.send({ method: "POST", path, op })));
      return waits(server.name, begun, { ...before, changed: true, started: true, waits: 0 });
    }
    case "failed": {
      const event = await lastEvent(client, machine);
      const why = event === "" ? "" : `: ${event}`;
      const hint = "see the machine's events in MAAS, check its power and its boot network, and try again";
      const message = `machine ${machine.hostname} is "${machine.statusName}"${why}`;
      throw machineFailed(server.name, message, hint, event);
    }
    case "refused":
      throw rejected(`MAAS takes no machine into rescue mode that is "${machine.statusName}"`, {
        subject: server.name,
        hint: "wait until MAAS has done what it does with the machine, or end that in MAAS",
      });
  }
}

function verdict({ status }: Machine, rescue: boolean, started: boolean): Verdict {
  if (FAILED.includes(status) && started) return "failed";
  if (rescue) {
    if (status === STATUS.RESCUE_MODE) return "done";
    if (status === STATUS.ENTERING_RESCUE_MODE || status === STATUS.EXITING_RESCUE_MODE) return "wait";
    if (status === STATUS.FAILED_EXITING_RESCUE_MODE) return "failed";
    return ENTERED_FROM.includes(status) ? "send" : "refused";
  }
  if (status === STATUS.ENTERING_RESCUE_MODE || status === STATUS.EXITING_RESCUE_MODE) return "wait";
  return LEFT_FROM.includes(status) ? "send" : "done";
}

function waits(
  name: string,
  machine: Machine,
  progress: Progress,
): { readonly result: ResultInit; readonly observed: ObservedInit } {
  const observed = observedServer(name, machine, progress);
  const message = `machine ${machine.hostname} is "${machine.statusName}"`;
  return { result: progressResult(observed.precondition ?? "", backoff(progress.waits), 50, message), observed };
}
