import type { Nic } from "../server/machine.ts";
import type { NetworkView } from "./interface-tree.ts";
import type { Kept } from "./keep-interfaces.ts";

/** The interface that has a name another one is to get; undefined when it is free, or free once what is not wanted is gone. */
export function holderOf(
  { machine }: NetworkView,
  { removed }: Kept,
  name: string,
  self: Nic | undefined,
): Nic | undefined {
  return machine.nics.find((nic) => nic.name === name && nic.id !== self?.id && !removed.includes(nic));
}

/** Where among the wanted interfaces one is that a NIC will become under another name; -1 when the NIC keeps its name. */
export function renamedAt({ standings }: Kept, nic: Nic): number {
  return standings.findIndex(({ base, label }) => base?.id === nic.id && nic.type === "physical" && label !== nic.name);
}

/** Why an interface cannot have a name, as part of an action; nothing when it can, or can once NICs have their names. */
export function blockedName(
  view: NetworkView,
  kept: Kept,
  name: string,
  self: Nic | undefined,
): { readonly blocked?: string } {
  const holder = holderOf(view, kept, name, self);
  if (holder === undefined || renamedAt(kept, holder) >= 0) return {};
  return {
    blocked: `machine ${view.machine.hostname} has an interface ${name} already (${holder.type}, MAC address ${holder.mac || "unknown"}), which the design does not rename; rename it in MAAS, or choose another name`,
  };
}
