import { conflict, forbidden } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import type { Sim } from "../sim.ts";
import { STATUS } from "../status.ts";
import { isOwner } from "../views/machine-view.ts";
import { become, cancelPhase } from "./transition.ts";

/** Marks a machine broken. Throws a 403 unless the caller owns it, administrator or not. */
export function markBroken(sim: Sim, machine: Machine, comment: string): void {
  if (!isOwner(machine)) throw forbidden();
  if (machine.status === STATUS.BROKEN) return;
  cancelPhase(machine);
  sim.nodeStopped(machine);
  become(sim, machine, STATUS.BROKEN);
  machine.errorDescription = comment;
}

/** Makes a broken machine Ready, without an owner. Throws a 409 in any other state. */
export function markFixed(sim: Sim, machine: Machine): void {
  if (machine.status !== STATUS.BROKEN) throw conflict("Can't mark a non-broken node as 'Ready'.");
  become(sim, machine, STATUS.READY);
  machine.owner = null;
  machine.osystem = "";
  machine.distroSeries = "";
  machine.errorDescription = "";
}
