import { bootNic, presentNics } from "../hardware/present.ts";
import { findSubnet } from "../lookup.ts";
import type { Machine } from "../machine.ts";
import type { Interface } from "../network/interface.ts";
import { addLink, ensureLinkUp, removeLinks } from "../network/link.ts";
import { addFabric, untaggedVlan } from "../network/topology.ts";
import type { Hardware, SimState, Subnet } from "../state.ts";
import type { WorldNic } from "../world/world.ts";

/** A physical interface that knows no more than its MAC. */
export function addPhysical(state: SimState, machine: Machine, name: string, mac: string): Interface {
  const nic: Interface = {
    id: state.nextId("interface"),
    type: "physical",
    name,
    mac,
    enabled: true,
    vlanId: null,
    links: [],
    parentIds: [],
    params: {},
    tags: [],
    vendor: null,
    product: null,
    firmware: null,
    speedMbps: 0,
    numaNode: null,
    linkConnected: true,
  };
  machine.interfaces.set(nic.id, nic);
  return nic;
}

/**
 * What commissioning does to the interfaces: those of absent NICs go, the others get their real names, and a NIC that
 * is on no VLAN yet goes to that of its network, or to a new fabric of its own when MAAS knows no such network.
 * Unless `keep`, the whole configuration starts anew: bonds and VLANs go, the boot NIC gets an auto link.
 */
export function discoverNetwork(state: SimState, machine: Machine, hardware: Hardware, keep: boolean): void {
  const present = presentNics(hardware);
  for (const nic of [...machine.interfaces.values()]) {
    const stays = nic.type === "physical" ? present.some(({ mac }) => mac === nic.mac) : keep;
    if (!stays) dropInterface(state, machine, nic);
    else if (!keep) removeLinks(state, machine, nic, () => true);
  }
  const found = present.map((spec) => ({ spec, nic: physicalFor(state, machine, spec) }));
  for (const { spec, nic } of found) nic.name = `${spec.name}?`;
  for (const { spec, nic } of found) adopt(state, nic, spec);
  const boot = bootNic(hardware);
  for (const { spec, nic } of found) {
    const fresh = nic.links.length === 0;
    if (spec === boot) machine.bootInterfaceId = nic.id;
    if (fresh && spec === boot && !keep) linkBootInterface(state, nic, networkOf(state, spec));
    else if (fresh) ensureLinkUp(state, nic);
  }
  machine.pciDevices = found.map(({ spec, nic }) => ({
    id: machine.pciDevices.find((device) => device.pciAddress === spec.pciAddress)?.id ?? state.nextId("device"),
    pciAddress: spec.pciAddress,
    vendor: spec.vendor,
    product: spec.product,
    driver: spec.driver,
    vendorId: spec.vendorId,
    productId: spec.productId,
    numaNode: spec.numaNode,
    interfaceId: nic.id,
  }));
}

/** Deletes an interface with its links and what stands on it alone. */
export function dropInterface(state: SimState, machine: Machine, nic: Interface): void {
  removeLinks(state, machine, nic, () => true);
  machine.interfaces.delete(nic.id);
  if (machine.bootInterfaceId === nic.id) machine.bootInterfaceId = null;
  for (const child of [...machine.interfaces.values()]) {
    if (!child.parentIds.includes(nic.id)) continue;
    child.parentIds = child.parentIds.filter((id) => id !== nic.id);
    if (child.parentIds.length === 0) dropInterface(state, machine, child);
  }
}

function physicalFor(state: SimState, machine: Machine, spec: WorldNic): Interface {
  const known = [...machine.interfaces.values()].find((nic) => nic.type === "physical" && nic.mac === spec.mac);
  return known ?? addPhysical(state, machine, spec.name, spec.mac);
}

function adopt(state: SimState, nic: Interface, spec: WorldNic): void {
  nic.name = spec.name;
  nic.vendor = spec.vendor;
  nic.product = spec.product;
  nic.firmware = spec.firmware;
  nic.speedMbps = spec.speedMbps;
  nic.numaNode = spec.numaNode;
  nic.vlanId ??= networkOf(state, spec)?.vlanId ?? untaggedVlan(state, addFabric(state).id).id;
}

function networkOf(state: SimState, spec: WorldNic): Subnet | undefined {
  return spec.network === undefined ? undefined : findSubnet(state, spec.network);
}

function linkBootInterface(state: SimState, nic: Interface, network: Subnet | undefined): void {
  const onVlan = [...state.subnets.values()].find((subnet) => subnet.vlanId === nic.vlanId);
  const subnet = network?.vlanId === nic.vlanId ? network : onVlan;
  if (subnet === undefined) addLink(state, nic, "dhcp", null, null);
  else addLink(state, nic, "auto", subnet, null);
}
