import { DEFAULT_CONFIG, parseConfigValue } from "../config.ts";
import { selfEnlist } from "../machines/enlist.ts";
import { formatAddress, formatBlock, parseAddress, parseBlock } from "../network/address.ts";
import { addFabric, addSubnet, addVlan, untaggedVlan } from "../network/topology.ts";
import { RACK } from "../sim.ts";
import type { Fabric, SimState, Space, Vlan } from "../state.ts";
import { WorldError } from "./read-world.ts";
import type { World, WorldFabric, WorldSubnet, WorldVlan } from "./world.ts";

/** Puts a world into an empty database. Throws a `WorldError` for settings that do not exist. */
export function loadWorld(state: SimState, world: World): void {
  for (const [name, source] of Object.entries(world.config)) {
    const value = name in DEFAULT_CONFIG ? parseConfigValue(name, source) : undefined;
    if (value === undefined) throw new WorldError([`config.${name}: no such setting, or '${source}' does not fit it`]);
    state.config.set(name, value);
  }
  for (const image of world.images) {
    const id = state.nextId("image");
    state.images.set(id, { ...image, id });
  }
  for (const fabric of world.fabrics) loadFabric(state, fabric);
  if (world.fabrics.length === 0) addFabric(state);
  for (const [index, node] of world.otherNodes.entries()) state.otherNodes.set(`other${index + 1}`, node);
  for (const spec of world.machines) {
    const hardware = {
      spec,
      missing: new Set(spec.missingNics),
      failures: new Set<string>(spec.fail),
      scripts: new Map(spec.scripts.map((script) => [script.name, script])),
    };
    state.hardware.push(hardware);
    if (spec.enlisted) selfEnlist(state, hardware);
  }
}

function loadFabric(state: SimState, spec: WorldFabric): void {
  const fabric = addFabric(state, spec.name);
  for (const vlan of spec.vlans) loadVlan(state, fabric, vlan);
}

function loadVlan(state: SimState, fabric: Fabric, spec: WorldVlan): void {
  const vlan = spec.vid === 0 ? untaggedVlan(state, fabric.id) : addVlan(state, fabric, spec.vid);
  vlan.name = spec.name ?? vlan.name;
  vlan.mtu = spec.mtu;
  vlan.dhcpOn = spec.dhcpOn;
  vlan.primaryRack = spec.dhcpOn ? RACK.systemId : null;
  vlan.spaceId = spec.space === undefined ? null : spaceNamed(state, spec.space).id;
  for (const subnet of spec.subnets) loadSubnet(state, vlan, subnet);
}

function spaceNamed(state: SimState, name: string): Space {
  const known = [...state.spaces.values()].find((space) => space.name === name);
  if (known !== undefined) return known;
  const space: Space = { id: state.nextId("space"), name, description: "" };
  state.spaces.set(space.id, space);
  return space;
}

function loadSubnet(state: SimState, vlan: Vlan, spec: WorldSubnet): void {
  const block = parseBlock(spec.cidr);
  const subnet = addSubnet(state, block === undefined ? spec.cidr : formatBlock(block), spec.name, vlan);
  subnet.gatewayIp = spec.gatewayIp ?? null;
  subnet.dnsServers = spec.dnsServers;
  for (const range of spec.ranges) {
    const id = state.nextId("range");
    const ends = [range.startIp, range.endIp].map((ip) => parseAddress(ip));
    const [startIp = "", endIp = ""] = ends.map((end) => (end === undefined ? "" : formatAddress(end)));
    state.ranges.set(id, { id, type: range.type, startIp, endIp, subnetId: subnet.id, comment: "" });
  }
}
