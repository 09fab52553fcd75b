import type { Machine } from "../machine.ts";
import type { SimState } from "../state.ts";
import type { Interface } from "./interface.ts";
import { childrenOf, parentsOf } from "./interface-tree.ts";
import { removeLinks } from "./link.ts";
import { deleteFabric, isDefaultFabric } from "./topology.ts";

/** What an interface was before it was changed. */
export interface Before {
  readonly vlanId: number | null;
  readonly mtu: number | undefined;
}

/** What an interface is now, to be compared after a change. */
export function beforeOf(nic: Interface): Before {
  return { vlanId: nic.vlanId, mtu: mtuOf(nic) };
}

/** The MTU an interface is set to itself. */
export function mtuOf(nic: Interface): number | undefined {
  return typeof nic.params.mtu === "number" ? nic.params.mtu : undefined;
}

/**
 * What follows from a changed interface: its MTU bounds that of what stands on it and widens that of what it stands on; on another VLAN it loses its links, and
 * the fabric it leaves goes when nothing is left in it; the parents of a bond or bridge have no links and follow its VLAN. What stands on it is saved anew, so that
 * a NIC below a bridge is taken back to the bridge's VLAN.
 */
export function saveInterface(
  state: SimState,
  machine: Machine,
  nic: Interface,
  before: Before,
  visiting: Set<number> = new Set(),
): void {
  if (visiting.has(nic.id)) return;
  visiting.add(nic.id);
  const mtu = mtuOf(nic);
  if (mtu !== undefined && mtu !== before.mtu) spreadMtu(state, machine, nic, mtu);
  if (nic.vlanId !== before.vlanId) {
    removeLinks(state, machine, nic, () => true);
    forgetEmptyFabric(state, before.vlanId);
  }
  if (nic.type === "bond" || nic.type === "bridge") {
    for (const parent of parentsOf(machine, nic)) {
      removeLinks(state, machine, parent, () => true);
      if (parent.vlanId === nic.vlanId) continue;
      const old = beforeOf(parent);
      parent.vlanId = nic.vlanId;
      forgetEmptyFabric(state, old.vlanId);
      saveInterface(state, machine, parent, beforeOf(parent), visiting);
    }
  }
  for (const child of childrenOf(machine, nic)) saveInterface(state, machine, child, beforeOf(child), visiting);
  visiting.delete(nic.id);
}

function spreadMtu(state: SimState, machine: Machine, nic: Interface, mtu: number): void {
  for (const child of childrenOf(machine, nic)) if ((mtuOf(child) ?? 0) > mtu) setMtu(state, machine, child, mtu);
  for (const parent of parentsOf(machine, nic)) {
    const own = mtuOf(parent);
    if (own === undefined || own < mtu) setMtu(state, machine, parent, mtu);
  }
}

function setMtu(state: SimState, machine: Machine, nic: Interface, mtu: number): void {
  nic.params = { ...nic.params, mtu };
  spreadMtu(state, machine, nic, mtu);
}

/** The fabric MAAS made for a NIC it could not place goes when the NIC has left it, as does any with neither subnets nor interfaces. */
function forgetEmptyFabric(state: SimState, vlanId: number | null): void {
  const fabric = state.fabrics.get(state.vlans.get(vlanId ?? -1)?.fabricId ?? -1);
  if (fabric === undefined || isDefaultFabric(fabric)) return;
  const vlans = new Set([...state.vlans.values()].filter((vlan) => vlan.fabricId === fabric.id).map(({ id }) => id));
  const hasSubnets = [...state.subnets.values()].some((subnet) => vlans.has(subnet.vlanId));
  const hasNics = [...state.machines.values()].some((machine) =>
    [...machine.interfaces.values()].some((nic) => nic.vlanId !== null && vlans.has(nic.vlanId)),
  );
  if (!hasSubnets && !hasNics) deleteFabric(state, fabric);
}
