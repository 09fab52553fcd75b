import type { Machine } from "../machine.ts";
import type { Sim } from "../sim.ts";
import { mayBecome, type Status, statusName } from "../status.ts";
import type { Phase } from "../world/world.ts";

/** Puts a machine into another state. Throws when that is no transition MAAS knows: a fault of the simulator. */
export function become(sim: Sim, machine: Machine, status: Status): void {
  if (status === machine.status) return;
  if (!mayBecome(machine.status, status)) {
    throw new Error(`no transition from ${statusName(machine.status)} to ${statusName(status)}`);
  }
  machine.status = status;
  machine.statusMessage = statusName(status);
  sim.events.record(machine, "INFO", statusName(status));
}

/**
 * Lets a phase take its time. `finish` runs when it is over, with the reason if it was made to fail; anything that
 * was under way on the machine is cancelled. `fault` makes the phase fail at once.
 */
export function runPhase(
  sim: Sim,
  machine: Machine,
  phase: Phase,
  finish: (failure: string | undefined) => void,
  fault?: string,
): void {
  cancelPhase(machine);
  const delay = fault === undefined ? sim.duration(phase) : 0;
  machine.cancelTransition = sim.scheduler.after(delay, () => {
    machine.cancelTransition = null;
    const planned = fault === undefined && machine.hardware?.failures.delete(phase);
    finish(fault ?? (planned ? `${phase} was made to fail` : undefined));
  });
}

/** Cancels what is under way on a machine. */
export function cancelPhase(machine: Machine): void {
  machine.cancelTransition?.();
  machine.cancelTransition = null;
}

/** Ends a phase badly: the failed state, its reason, and an event. */
export function failPhase(sim: Sim, machine: Machine, status: Status, reason: string): void {
  become(sim, machine, status);
  machine.errorDescription = reason;
  sim.events.record(machine, "ERROR", statusName(status), reason);
}
