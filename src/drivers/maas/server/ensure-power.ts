import { PowerState, ServerState } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { backoff, doneResult, progressResult, type ResultInit } from "../answer.ts";
import { object, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { machineFailed, notFound, rejected, worldChanged } from "../driver-error.ts";
import { type Precondition, type Progress, readPrecondition } from "../precondition.ts";
import type { Writer } from "../writer.ts";
import { findMachine } from "./find-machine.ts";
import type { Machine } from "./machine.ts";
import { type ObservedInit, observedServer } from "./observed-server.ts";
import { machineKey, serverFacts, serverPrecondition } from "./server-facts.ts";
import { powerState, STATUS, serverState } from "./status.ts";

/** What an EnsureServerPower call is about. */
export interface EnsurePowerOrder {
  readonly server: ServerIdentity;
  readonly power: PowerState;
  readonly operationId: string;
  readonly precondition: string;
}

// MAAS switches on no others; it can switch any machine off.
const SWITCHED_ON: readonly number[] = [STATUS.ALLOCATED, STATUS.DEPLOYED];

/**
 * Brings a machine's power to a state: asks its BMC through MAAS, switches when it is otherwise, and is done when the BMC says so. MAAS is told
 * once by an operation; what a BMC doesn't do then is waited for.
 */
export async function ensurePower(
  client: MaasClient,
  { server, power, operationId, precondition }: EnsurePowerOrder,
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
  const word = power === PowerState.ON ? "on" : "off";
  const seen = await queryPower(client, server.name, machine);
  const now = { ...machine, power: seen };
  if (powerState(seen) === power) {
    const observed = observedServer(server.name, now, before);
    const message = `machine ${machine.hostname} is ${word}`;
    return { result: doneResult(observed.precondition ?? "", before.changed, message), observed };
  }
  const asked = before.started ? before : await switchPower(machine, word, before, writer);
  const progress = { ...asked, waits: asked.waits + 1 };
  const message = `MAAS was told to switch machine ${machine.hostname} ${word}; its BMC says ${seen || "nothing"}`;
  const observed = observedServer(server.name, now, progress);
  const wait = progressResult(serverPrecondition(now, progress), backoff(before.waits), 50, message);
  return { result: wait, observed };
}

async function switchPower(machine: Machine, word: "on" | "off", before: Progress, writer: Writer): Promise<Progress> {
  if (word === "on" && !SWITCHED_ON.includes(machine.status)) {
    throw rejected(`MAAS switches on no machine that is "${machine.statusName}"`, {
      subject: machine.hostname,
      hint: "deploy the node: MAAS switches it on by itself then",
    });
  }
  await writer.send({ method: "POST", path: `machines/${machine.systemId}/`, op: `power_${word}` });
  return { ...before, changed: true, started: true, waits: 0 };
}

/** What the BMC says now: MAAS's own record of it may be minutes old. */
async function queryPower(client: MaasClient, node: string, machine: Machine): Promise<string> {
  const { hostname, powerType, systemId } = machine;
  if (powerType === "" || powerType === "manual") {
    throw rejected(`MAAS can't switch machine ${hostname}: it knows no BMC of it`, {
      subject: node,
      hint: "give the node an oob section of a type that MAAS can switch, and commission it again",
    });
  }
  const state = text(object(await client.get({ path: `machines/${systemId}/`, op: "query_power_state" })).state);
  if (powerState(state) !== PowerState.ERROR) return state;
  throw machineFailed(
    node,
    `the BMC of machine ${hostname} answers with an error`,
    "check the BMC, and its account in MAAS",
  );
}

/** Fails with WORLD_CHANGED when a node is another machine than when the token was made, or has another owner or installation. */
export function requireSameMachine(token: Precondition, node: string, machine: Machine): void {
  if (token.status === undefined) return;
  if (token.vanished([], [machineKey(machine.systemId)]).length === 0) {
    throw worldChanged(
      node,
      `node ${node} was another machine of MAAS when the plan was made; it is now ${machine.systemId}`,
    );
  }
  const [whole] = token.changed(serverFacts(machine)).filter(({ area }) => area === "machine");
  if (whole === undefined) return;
  throw worldChanged(node, `${whole.label} has another owner or installation since the plan was made`);
}

/** Fails with TARGET_REJECTED when a machine is in a state that this driver doesn't know, as a later MAAS may have: nothing is done to it. */
export function requireKnownState(node: string, machine: Machine): void {
  if (serverState(machine.status) !== ServerState.UNSPECIFIED) return;
  throw rejected(
    `machine ${machine.hostname} is in state ${machine.status} ("${machine.statusName}"), which this driver does not know`,
    {
      subject: node,
      hint: "bring the machine to another state in MAAS, or use a later version of Bedplate",
    },
  );
}
