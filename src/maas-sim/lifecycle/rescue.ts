import { conflict } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { trySwitchPower } from "../power/bmc.ts";
import type { Sim } from "../sim.ts";
import { mayBecome, STATUS, type Status, statusName } from "../status.ts";
import { become, failPhase, runPhase } from "./transition.ts";

/** The states that remember which state rescue mode was entered from. */
const WITHIN: readonly Status[] = [
  STATUS.RESCUE_MODE,
  STATUS.ENTERING_RESCUE_MODE,
  STATUS.FAILED_ENTERING_RESCUE_MODE,
  STATUS.EXITING_RESCUE_MODE,
  STATUS.FAILED_EXITING_RESCUE_MODE,
];

/** Boots a machine into rescue mode. Throws a 409 in a state that does not allow it. */
export function enterRescue(sim: Sim, machine: Machine): void {
  requireTransition(machine, STATUS.ENTERING_RESCUE_MODE);
  if (!WITHIN.includes(machine.status)) machine.previousStatus = machine.status;
  become(sim, machine, STATUS.ENTERING_RESCUE_MODE);
  const fault = trySwitchPower(machine, "on");
  runPhase(
    sim,
    machine,
    "entering_rescue",
    (failure) => {
      if (failure === undefined) become(sim, machine, STATUS.RESCUE_MODE);
      else failPhase(sim, machine, STATUS.FAILED_ENTERING_RESCUE_MODE, failure);
    },
    fault,
  );
}

/** Brings a machine out of rescue mode, to the state it was in before. Throws a 409 in a state that does not allow it. */
export function exitRescue(sim: Sim, machine: Machine): void {
  requireTransition(machine, STATUS.EXITING_RESCUE_MODE);
  become(sim, machine, STATUS.EXITING_RESCUE_MODE);
  const { previousStatus } = machine;
  const fault = trySwitchPower(machine, previousStatus === STATUS.DEPLOYED ? "on" : "off");
  runPhase(
    sim,
    machine,
    "exiting_rescue",
    (failure) => {
      if (failure === undefined) become(sim, machine, previousStatus);
      else failPhase(sim, machine, STATUS.FAILED_EXITING_RESCUE_MODE, failure);
    },
    fault,
  );
}

function requireTransition(machine: Machine, to: Status): void {
  if (mayBecome(machine.status, to)) return;
  throw conflict(`Invalid transition: ${statusName(machine.status)} -> ${statusName(to)}.`);
}
