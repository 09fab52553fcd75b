import { conflict } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { freeAutoAddresses } from "../network/link.ts";
import { trySwitchPower } from "../power/bmc.ts";
import type { Sim } from "../sim.ts";
import { STATUS, statusName } from "../status.ts";
import { abortScriptSet } from "./script-set.ts";
import { become, cancelPhase, failPhase } from "./transition.ts";

/** Stops what a machine is doing and returns it to the state before. Throws a 409 when there is nothing to stop. */
export function abort(sim: Sim, machine: Machine): void {
  const { previousStatus } = machine;
  switch (machine.status) {
    case STATUS.COMMISSIONING:
      cancelPhase(machine);
      abortScriptSet(sim, machine, "commissioning");
      become(sim, machine, previousStatus === STATUS.READY ? STATUS.READY : STATUS.NEW);
      trySwitchPower(machine, "off");
      return;
    case STATUS.TESTING:
      cancelPhase(machine);
      abortScriptSet(sim, machine, "testing");
      become(sim, machine, previousStatus);
      return;
    case STATUS.DEPLOYING:
      cancelPhase(machine);
      abortScriptSet(sim, machine, "installation");
      freeAutoAddresses(sim.state, machine);
      become(sim, machine, STATUS.ALLOCATED);
      trySwitchPower(machine, "off");
      return;
    case STATUS.DISK_ERASING:
      cancelPhase(machine);
      failPhase(sim, machine, STATUS.FAILED_DISK_ERASING, "Disk erasing was aborted.");
      return;
    default:
      throw conflict(`Cannot abort in current state: ${statusName(machine.status)}`);
  }
}
