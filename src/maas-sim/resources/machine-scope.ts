import { createHmac, randomBytes } from "node:crypto";
import { conflict } from "../http/api-error.ts";
import type { Call } from "../http/resource.ts";
import { machineBy } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import { hiddenParameters } from "../power/power-form.ts";
import { isSecretParameter } from "../power/power-type.ts";
import type { SimState } from "../state.ts";
import { STATUS, type Status, statusName } from "../status.ts";
import { machineView } from "../views/machine-view.ts";
import { bcacheView, raidView, volumeGroupView } from "../views/storage-view.ts";

const FINGERPRINT_KEY = randomBytes(16);

function fingerprint(value: string): string {
  return createHmac("sha256", FINGERPRINT_KEY).update(value).digest("hex").slice(0, 8);
}

/** A machine as the ledger compares it: everything a request can change, secrets hidden. */
export function machineLedgerView(state: SimState, machine: Machine): unknown {
  if (state.machines.get(machine.systemId) !== machine) return null;
  return {
    ...machineView(state, machine),
    volume_groups: [...machine.volumeGroups.values()].map((group) => volumeGroupView(machine, group)),
    raids: [...machine.raids.values()].map((raid) => raidView(machine, raid)),
    bcaches: [...machine.bcaches.values()].map((bcache) => bcacheView(machine, bcache)),
    power_parameters: hiddenParameters(machine.powerParameters, isSecretParameter, fingerprint),
  };
}

/** The machine of the path's `system_id`; for a request that writes, it is announced to the ledger. */
export function machineOf(call: Call): Machine {
  const machine = machineBy(call.sim.state, call.arg("system_id"));
  if (call.method !== "GET") announceMachine(call, machine);
  return machine;
}

/** Announces a machine to the ledger. */
export function announceMachine(call: Call, machine: Machine): void {
  call.writes("machine", machine.hostname, () => machineLedgerView(call.sim.state, machine));
}

const NETWORK_STATES: readonly Status[] = [
  STATUS.NEW,
  STATUS.READY,
  STATUS.FAILED_TESTING,
  STATUS.ALLOCATED,
  STATUS.BROKEN,
];

/** The machine of the path, in a state in which its interfaces may change, or one of `also`; `what` is what the call does, for the refusal. Throws a 409. */
export function machineForNetwork(call: Call, what: string, also: readonly Status[] = []): Machine {
  const machine = machineOf(call);
  if (NETWORK_STATES.includes(machine.status) || also.includes(machine.status)) return machine;
  throw conflict(`Cannot ${what} interface because the machine is not New, Ready, Allocated, or Broken.`);
}

/** The machine of the path, in a state in which its storage may change: Ready, or one of `also`. Throws a 409. */
export function machineForStorage(call: Call, also: readonly Status[] = []): Machine {
  const machine = machineOf(call);
  if (machine.status === STATUS.READY || also.includes(machine.status)) return machine;
  const states = [STATUS.READY, ...also].map((status) => statusName(status)).join(" or ");
  throw conflict(`Cannot change storage of a machine that is ${statusName(machine.status)}: it must be ${states}.`);
}
