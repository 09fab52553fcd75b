import type { Machine } from "../machine.ts";
import type { Interface, Link } from "../network/interface.ts";
import { childrenOf } from "../network/interface-tree.ts";
import type { SimState } from "../state.ts";
import { API, subnetView, vlanView } from "./network-view.ts";

/** A link as the API shows it: keys are absent, not null, where there is nothing. */
function linkView(state: SimState, link: Link) {
  const subnet = link.subnetId === null ? undefined : state.subnets.get(link.subnetId);
  return {
    id: link.id,
    mode: link.mode,
    ...(link.ip === null ? {} : { ip_address: link.ip }),
    ...(subnet === undefined ? {} : { subnet: subnetView(state, subnet) }),
  };
}

/** The real service lists links in no fixed order; here it is at least never that of their making. */
function byParity(a: Link, b: Link): number {
  return (a.id % 2) - (b.id % 2) || b.id - a.id;
}

/** The MTU an interface ends up with: its own or its VLAN's, and no less than that of what stands on it. */
function effectiveMtu(state: SimState, machine: Machine, nic: Interface): number {
  const set = nic.params.mtu;
  const own =
    typeof set === "number" ? set : ((nic.vlanId === null ? undefined : state.vlans.get(nic.vlanId)?.mtu) ?? 1500);
  return Math.max(own, ...childrenOf(machine, nic).map((child) => effectiveMtu(state, machine, child)));
}

/** An interface as the API shows it. */
export function interfaceView(state: SimState, machine: Machine, nic: Interface) {
  const vlan = nic.vlanId === null ? undefined : state.vlans.get(nic.vlanId);
  const names = (ids: readonly number[]) => ids.map((id) => machine.interfaces.get(id)?.name ?? "").sort();
  const children = childrenOf(machine, nic);
  return {
    id: nic.id,
    name: nic.name,
    type: nic.type,
    mac_address: nic.mac,
    enabled: nic.enabled,
    vlan: vlan === undefined ? null : vlanView(state, vlan),
    links: nic.links.toSorted(byParity).map((link) => linkView(state, link)),
    parents: names(nic.parentIds),
    children: children.map((child) => child.name).sort(),
    params: nic.params,
    tags: nic.tags,
    effective_mtu: effectiveMtu(state, machine, nic),
    link_connected: nic.linkConnected,
    link_speed: nic.speedMbps,
    interface_speed: nic.speedMbps,
    vendor: nic.vendor,
    product: nic.product,
    firmware_version: nic.firmware,
    numa_node: nic.numaNode,
    sriov_max_vf: 0,
    discovered: [],
    system_id: machine.systemId,
    resource_uri: `${API}/nodes/${machine.systemId}/interfaces/${nic.id}/`,
  };
}
