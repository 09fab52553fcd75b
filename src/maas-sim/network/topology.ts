import { badRequest } from "../http/api-error.ts";
import type { Fabric, SimState, Subnet, Vlan } from "../state.ts";
import { isDefaultVlan, vlansOf } from "../views/network-view.ts";
import { removeLinks } from "./link.ts";

/** A new fabric with its untagged VLAN. `name` defaults to `fabric-<id>`. */
export function addFabric(state: SimState, name?: string): Fabric {
  const id = state.nextId("fabric");
  const fabric: Fabric = { id, name: name || `fabric-${id}`, description: "", classType: null };
  state.fabrics.set(id, fabric);
  addVlan(state, fabric, 0);
  return fabric;
}

/** A new VLAN with the usual defaults. */
export function addVlan(state: SimState, fabric: Fabric, vid: number): Vlan {
  const vlan: Vlan = {
    id: state.nextId("vlan"),
    vid,
    name: vid === 0 ? "untagged" : "",
    fabricId: fabric.id,
    mtu: 1500,
    description: "",
    spaceId: null,
    dhcpOn: false,
    primaryRack: null,
    secondaryRack: null,
    relayVlanId: null,
  };
  state.vlans.set(vlan.id, vlan);
  return vlan;
}

/** A new subnet with the usual defaults. */
export function addSubnet(state: SimState, cidr: string, name: string, vlan: Vlan): Subnet {
  const subnet: Subnet = {
    id: state.nextId("subnet"),
    name,
    description: "",
    cidr,
    vlanId: vlan.id,
    gatewayIp: null,
    dnsServers: [],
    rdnsMode: 2,
    allowDns: true,
    allowProxy: true,
    activeDiscovery: false,
    managed: true,
    disabledBootArchitectures: [],
  };
  state.subnets.set(subnet.id, subnet);
  return subnet;
}

/** The VLAN everything falls back to within a fabric. */
export function untaggedVlan(state: SimState, fabricId: number): Vlan {
  const vlan = vlansOf(state, fabricId).find(({ vid }) => vid === 0);
  if (vlan === undefined) throw new Error(`fabric ${fabricId} has no untagged VLAN`);
  return vlan;
}

/** The fabric that cannot be deleted: the first one. */
export function isDefaultFabric(fabric: Fabric): boolean {
  return fabric.id === 0;
}

/** Deletes a fabric with its VLANs. Throws a 400 while subnets or interfaces are in it. */
export function deleteFabric(state: SimState, fabric: Fabric): void {
  if (isDefaultFabric(fabric)) throw badRequest("This fabric is the default fabric, it cannot be deleted.");
  const vlans = new Set(vlansOf(state, fabric.id).map((vlan) => vlan.id));
  const subnets = [...state.subnets.values()].filter((subnet) => vlans.has(subnet.vlanId));
  if (subnets.length > 0) {
    const names = subnets.map((subnet) => subnet.cidr).join(", ");
    throw badRequest(`Can't delete fabric; the following subnets are still present: ${names}`);
  }
  const connected = [...state.machines.values()].flatMap((machine) =>
    [...machine.interfaces.values()]
      .filter((nic) => nic.vlanId !== null && vlans.has(nic.vlanId))
      .map((nic) => `${nic.name} (physical) on ${machine.hostname}`),
  );
  if (connected.length > 0) {
    throw badRequest(`Can't delete fabric; the following interfaces are still connected: ${connected.join(", ")}`);
  }
  for (const id of vlans) state.vlans.delete(id);
  state.fabrics.delete(fabric.id);
}

/** Deletes a VLAN. What is on it moves to the fabric's untagged one; VLAN interfaces on it go with it. */
export function deleteVlan(state: SimState, vlan: Vlan): void {
  if (isDefaultVlan(state, vlan))
    throw badRequest("This VLAN is the default VLAN in the fabric, it cannot be deleted.");
  const fallback = untaggedVlan(state, vlan.fabricId);
  for (const subnet of state.subnets.values()) if (subnet.vlanId === vlan.id) subnet.vlanId = fallback.id;
  for (const machine of state.machines.values()) {
    for (const nic of machine.interfaces.values()) {
      if (nic.vlanId !== vlan.id) continue;
      if (nic.type === "vlan") {
        removeLinks(state, machine, nic, () => true);
        machine.interfaces.delete(nic.id);
      } else nic.vlanId = fallback.id;
    }
  }
  for (const other of state.vlans.values()) if (other.relayVlanId === vlan.id) other.relayVlanId = null;
  state.vlans.delete(vlan.id);
}

/** Deletes a subnet with its ranges, routes and links; nothing protects it. */
export function deleteSubnet(state: SimState, subnet: Subnet): void {
  for (const machine of state.machines.values()) {
    for (const nic of machine.interfaces.values()) {
      removeLinks(state, machine, nic, (link) => link.subnetId === subnet.id);
    }
  }
  for (const [id, range] of state.ranges) if (range.subnetId === subnet.id) state.ranges.delete(id);
  for (const [id, route] of state.routes) {
    if (route.sourceId === subnet.id || route.destinationId === subnet.id) state.routes.delete(id);
  }
  state.subnets.delete(subnet.id);
}
