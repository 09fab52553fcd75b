import type { Action } from "../action.ts";
import type { Nic } from "../server/machine.ts";
import { type NetworkView, nicPath } from "./interface-tree.ts";
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

/** Whether a NIC is to be part of a bond. The design says no name of it. */
function isSlave({ standings }: Kept, nic: Nic): boolean {
  return standings.some(({ wanted, nics }) => wanted.bond !== undefined && nics.some(({ id }) => id === nic.id));
}

/** Names taken from NICs that are to be part of a bond, since other interfaces are to have them. */
export function planFreedNames(view: NetworkView, kept: Kept): Action[] {
  const wanted = new Set(
    kept.standings.flatMap(({ label, segments }) => [
      label,
      ...segments.flatMap(({ wanted: { vid, bridge } }) => [
        ...(vid === 0 ? [] : [`${label}.${vid}`]),
        ...(bridge === undefined ? [] : [bridge.name]),
      ]),
    ]),
  );
  const taken = view.machine.nics.filter(
    (nic) => wanted.has(nic.name) && nic.type === "physical" && isSlave(kept, nic),
  );
  return taken.map((nic) => ({
    object: `interface ${nic.name}`,
    action: "update",
    before: `name ${nic.name}`,
    after: `name nic-${nic.id}, since another interface gets this one`,
    request: { method: "PUT", path: nicPath(view.machine, nic), form: [["name", `nic-${nic.id}`]] },
  }));
}

/** Why an interface cannot have a name, as part of an action; nothing when it can, or can once NICs have their names. */
export function blockedName(
  view: NetworkView,
  kept: Kept,
  name: string,
  self: Nic | undefined,
): { readonly blocked?: string } {
  const holder = holderOf(view, kept, name, self);
  if (holder === undefined || renamedAt(kept, holder) >= 0 || isSlave(kept, holder)) return {};
  return {
    blocked: `machine ${view.machine.hostname} has an interface ${name} already (${holder.type}, MAC address ${holder.mac || "unknown"}), which the design does not rename; rename it in MAAS, or choose another name`,
  };
}
