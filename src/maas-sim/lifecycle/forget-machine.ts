import type { Machine } from "../machine.ts";
import { removeLinks } from "../network/link.ts";
import type { Sim } from "../sim.ts";
import { cancelPhase } from "./transition.ts";

/** Takes a machine out of MAAS, with what it holds and what is being done to it. Its hardware is still there. */
export function forgetMachine(sim: Sim, machine: Machine): void {
  const { state } = sim;
  cancelPhase(machine);
  sim.nodeStopped(machine);
  for (const nic of machine.interfaces.values()) removeLinks(state, machine, nic, () => true);
  state.machines.delete(machine.systemId);
}
