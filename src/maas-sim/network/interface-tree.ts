import type { Machine } from "../machine.ts";
import type { Interface } from "./interface.ts";

/** The interfaces one stands on. */
export function parentsOf(machine: Machine, nic: Interface): Interface[] {
  return nic.parentIds.flatMap((id) => machine.interfaces.get(id) ?? []);
}

/** The interfaces directly on one. */
export function childrenOf(machine: Machine, nic: Interface): Interface[] {
  return [...machine.interfaces.values()].filter((other) => other.parentIds.includes(nic.id));
}
