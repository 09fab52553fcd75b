import { conflict, forbidden } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { trySwitchPower } from "../power/bmc.ts";
import type { Sim } from "../sim.ts";
import { STATUS, type Status, statusName } from "../status.ts";
import { undoDeployment } from "./deploy.ts";
import { abortScriptSet } from "./script-set.ts";
import { become, failPhase, runPhase } from "./transition.ts";

const RELEASABLE: readonly Status[] = [
  STATUS.ALLOCATED,
  STATUS.DEPLOYED,
  STATUS.DEPLOYING,
  STATUS.FAILED_DEPLOYMENT,
  STATUS.RESERVED,
  STATUS.BROKEN,
  STATUS.FAILED_DISK_ERASING,
  STATUS.FAILED_RELEASING,
];

/** Whether a release is a no-op: the machine is free already. */
export function isFree(machine: Machine): boolean {
  return machine.status === STATUS.READY || machine.status === STATUS.RELEASING;
}

/** Refuses a machine that cannot be released: 403 while locked, 409 in another state. */
export function checkReleasable(machine: Machine): void {
  if (machine.locked) throw forbidden();
  if (isFree(machine) || RELEASABLE.includes(machine.status)) return;
  throw conflict(
    `Machine(s) cannot be released in their current state: ${machine.systemId} ('${statusName(machine.status)}').`,
  );
}

/** Releases a machine that `checkReleasable` let through; with `erase` its disks are erased first. */
export function release(sim: Sim, machine: Machine, erase: boolean): void {
  if (isFree(machine)) return;
  if (machine.status === STATUS.DEPLOYING) abortScriptSet(sim, machine, "installation");
  sim.nodeStopped(machine);
  if (!erase) {
    startReleasing(sim, machine);
    return;
  }
  become(sim, machine, STATUS.DISK_ERASING);
  const fault = trySwitchPower(machine, "on");
  runPhase(
    sim,
    machine,
    "erasing",
    (failure) => {
      if (failure === undefined) startReleasing(sim, machine);
      else failPhase(sim, machine, STATUS.FAILED_DISK_ERASING, failure);
    },
    fault,
  );
}

function startReleasing(sim: Sim, machine: Machine): void {
  become(sim, machine, STATUS.RELEASING);
  const fault = trySwitchPower(machine, "off");
  runPhase(
    sim,
    machine,
    "releasing",
    (failure) => {
      if (failure === undefined) finishRelease(sim, machine);
      else failPhase(sim, machine, STATUS.FAILED_RELEASING, failure);
    },
    fault,
  );
}

function finishRelease(sim: Sim, machine: Machine): void {
  undoDeployment(sim, machine);
  machine.annotations.clear();
  machine.locked = false;
  machine.owner = null;
  machine.agentName = "";
  machine.errorDescription = "";
  become(sim, machine, STATUS.READY);
}
