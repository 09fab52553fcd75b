import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalAddress, canonicalBlock } from "../address.ts";
import { answeredList, type Json, number, object, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { type NameState, readNames } from "./read-names.ts";
import { type NetworkUse, readNetworkUse } from "./read-network-use.ts";
import { type Networks, readNetworks, type Space } from "./read-networks.ts";

/** A range of addresses of a subnet. */
export interface IpRange {
  readonly id: number;
  readonly type: string;
  readonly start: string;
  readonly end: string;
  readonly subnetId: number;
  readonly comment: string;
}

/** A static route between two subnets. */
export interface StaticRoute {
  readonly id: number;
  readonly source: string;
  readonly destination: string;
  readonly gateway: string;
  readonly metric: number;
}

/** A rack controller and the VLANs its interfaces are on. */
export interface Rack {
  readonly systemId: string;
  readonly hostname: string;
  readonly vlanIds: ReadonlySet<number>;
  /** VLANs by the addresses of its interfaces. */
  readonly addresses?: ReadonlyMap<string, number>;
}

/** What a design can say about networks, as a MAAS has it. */
export interface NetworkState extends Networks {
  readonly ranges: readonly IpRange[];
  readonly routes: readonly StaticRoute[];
  /** The one MAAS shows for having none is not among them. */
  readonly spaces: readonly Space[];
}

/** Everything a design can say, as a MAAS has it. */
export interface WholeState extends NetworkState, NameState {}

/** Everything a site specification is held against. */
export interface SiteState extends WholeState {
  readonly racks: readonly Rack[];
  /** Who uses what left the design; absent when nothing did. */
  readonly use?: NetworkUse;
}

/** Reads networks, ranges, routes and spaces. */
export async function readNetworkState(client: MaasClient): Promise<NetworkState> {
  const { instance } = client.target;
  const list = async (path: string) => answeredList(await client.get({ path }), path, instance);
  const [networks, ranges, routes, spaces] = await Promise.all([
    readNetworks(client),
    list("ipranges/"),
    list("static-routes/"),
    list("spaces/"),
  ]);
  return {
    ...networks,
    ranges: ranges.map((range) => ({
      id: number(range.id),
      type: text(range.type),
      start: canonicalAddress(text(range.start_ip)),
      end: canonicalAddress(text(range.end_ip)),
      subnetId: number(object(range.subnet).id),
      comment: text(range.comment),
    })),
    routes: routes.map((route) => ({
      id: number(route.id),
      source: canonicalBlock(text(object(route.source).cidr)),
      destination: canonicalBlock(text(object(route.destination).cidr)),
      gateway: canonicalAddress(text(route.gateway_ip)),
      metric: number(route.metric),
    })),
    spaces: spaces
      .map((space) => ({ id: number(space.id), name: text(space.name), description: text(space.description) }))
      .filter(({ id, name }) => id >= 0 && name !== "undefined"),
  };
}

/** Reads everything a design can say. */
export async function readWhole(client: MaasClient): Promise<WholeState> {
  const [networks, names] = await Promise.all([readNetworkState(client), readNames(client, undefined)]);
  return { ...networks, ...names };
}

/** Reads everything a site specification is held against; what is beside networks, and racks, only when the specification needs them. */
export async function readSite(client: MaasClient, spec: SiteSpec): Promise<SiteState> {
  const { instance } = client.target;
  const list = async (path: string, needed: boolean) =>
    needed ? answeredList(await client.get({ path }), path, instance) : [];
  const [state, names, racks] = await Promise.all([
    readNetworkState(client),
    readNames(client, spec),
    list(
      "rackcontrollers/",
      spec.networks.some(({ dhcp, dhcpRelayTarget }) => dhcp || dhcpRelayTarget !== ""),
    ),
  ]);
  const use = spec.prune ? await readNetworkUse(client, state, spec) : undefined;
  return {
    ...state,
    ...names,
    ...(use && { use }),
    racks: racks.map(readRack).sort((a, b) => (a.systemId < b.systemId ? -1 : a.systemId > b.systemId ? 1 : 0)),
  };
}

function readRack(rack: Json): Rack {
  const nics = objects(rack.interface_set).map((nic) => ({
    vlanId: number(object(nic.vlan).id, -1),
    addresses: objects(nic.links).map((link) => canonicalAddress(text(link.ip_address))),
  }));
  return {
    systemId: text(rack.system_id),
    hostname: text(rack.hostname),
    vlanIds: new Set(nics.map(({ vlanId }) => vlanId)),
    addresses: new Map(nics.flatMap(({ vlanId, addresses }) => addresses.map((each) => [each, vlanId] as const))),
  };
}
