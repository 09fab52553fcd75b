import { conflict } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { type Sim, USER } from "../sim.ts";
import { STATUS } from "../status.ts";
import { become } from "./transition.ts";

/** Gives a Ready machine to the caller. Throws a 409 for any other. */
export function allocate(sim: Sim, machine: Machine, agentName = ""): void {
  if (machine.status !== STATUS.READY) throw conflict(`No machine with system ID ${machine.systemId} available.`);
  become(sim, machine, STATUS.ALLOCATED);
  machine.owner = USER.username;
  machine.agentName = agentName;
}
