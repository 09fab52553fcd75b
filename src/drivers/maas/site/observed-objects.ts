import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalBlock, overlap } from "../address.ts";
import { leaving } from "./leaving.ts";
import { nameKeys, nameObjects } from "./name-objects.ts";
import { placeLinks } from "./place-links.ts";
import { type Fabric, type Vlan, vlanById } from "./read-networks.ts";
import type { WholeState } from "./read-site.ts";
import type { SiteObject } from "./site-object.ts";
import { siteObject } from "./site-object.ts";
import { providerName, wantedSpaces, wantedVlans } from "./wanted-vlans.ts";

/** The objects of a MAAS a design can speak of, in a stable order, fabrics called as `nameOf` says. A digest covers what a design can say, and of a subnet everything a hand can set. */
export function observedObjects(
  state: WholeState,
  nameOf: (fabric: Pick<Fabric, "id" | "name">) => string = ({ name }) => name,
): SiteObject[] {
  const label = (vlan: Vlan) => `${nameOf({ id: vlan.fabricId, name: vlan.fabric })}/${vlan.vid}`;
  const subnetCidr = new Map(state.subnets.map((subnet) => [subnet.id, subnet.cidr]));
  const vlans = state.fabrics.flatMap((fabric) => fabric.vlans);
  const found: SiteObject[] = [
    ...state.fabrics.map((fabric) => siteObject("fabric", nameOf(fabric), { name: fabric.name })),
    ...state.spaces.map(({ name, description }) => siteObject("space", name, { name, description })),
    ...vlans.map((vlan) => {
      const { vid, name, mtu, dhcpOn, space = "", relayVlanId, primaryRack = "", secondaryRack = "" } = vlan;
      const relay = relayVlanId === undefined ? undefined : vlanById(state, relayVlanId);
      const served = { dhcp: dhcpOn, primary_rack: primaryRack, secondary_rack: secondaryRack };
      const fabric = nameOf({ id: vlan.fabricId, name: vlan.fabric });
      const said = { fabric, vid, name, mtu, space, ...served, relay_vlan: relay === undefined ? "" : label(relay) };
      return siteObject("vlan", label(vlan), said);
    }),
    ...state.subnets.map(({ cidr, name, vlanId, gateway, dnsServers, allowDns = true, managed = true, settings }) => {
      const holder = vlanById(state, vlanId);
      const vlan = holder === undefined ? "-" : label(holder);
      const said = { cidr, name, vlan, gateway, dns_servers: dnsServers.join(","), allow_dns: allowDns, managed };
      return siteObject("subnet", cidr, { ...said, ...settings });
    }),
    ...state.ranges.map(({ type, start, end, subnetId }) =>
      siteObject("iprange", `${start}-${end}`, { type, start, end, subnet: subnetCidr.get(subnetId) ?? "" }),
    ),
    ...state.routes.map(({ source, destination, gateway, metric }) =>
      siteObject("static route", `${source} to ${destination} via ${gateway}`, {
        source,
        destination,
        gateway,
        metric,
      }),
    ),
    ...nameObjects(state),
  ];
  return found.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

/** The keys of the objects a site specification names. */
export function namedKeys(spec: SiteSpec): Set<string> {
  const keys = nameKeys(spec);
  const links = new Set(spec.links.map(({ name }) => name));
  for (const link of spec.links) {
    const fabric = providerName(link.name);
    keys.add(`fabric ${fabric}`);
    for (const { vid } of wantedVlans(link, spec.networks)) keys.add(`vlan ${fabric}/${vid}`);
  }
  for (const space of wantedSpaces(spec)) keys.add(`space ${space}`);
  for (const network of spec.networks) {
    if (links.has(network.link) && network.cidr !== "") keys.add(`subnet ${canonicalBlock(network.cidr)}`);
  }
  return keys;
}

/**
 * The observed objects a plan for the specification rests on: those it names, the ranges and routes of its subnets, the
 * VLANs and fabrics its subnets are in now, and subnets that share addresses with them, which MAAS lets nobody make beside them.
 */
export function planObjects(state: WholeState, spec: SiteSpec): SiteObject[] {
  const keys = namedKeys(spec);
  // A fabric that gets a link's name is known by that one all along, so that a plan is not stale for having been begun.
  const named = new Map([...placeLinks(state, spec).values()].map(({ name, fabric }) => [fabric?.id, name]));
  const nameOf = (fabric: Pick<Fabric, "id" | "name">) => named.get(fabric.id) ?? fabric.name;
  const ours = state.subnets.filter(({ cidr }) => keys.has(`subnet ${cidr}`));
  const subnetIds = new Set(ours.map(({ id }) => id));
  for (const { vlanId } of ours) {
    const vlan = vlanById(state, vlanId);
    if (vlan === undefined) continue;
    const fabric = nameOf({ id: vlan.fabricId, name: vlan.fabric });
    keys.add(`vlan ${fabric}/${vlan.vid}`);
    keys.add(`fabric ${fabric}`);
  }
  const blocks = spec.networks.map(({ cidr }) => cidr).filter((cidr) => cidr !== "");
  for (const { cidr } of state.subnets) if (blocks.some((block) => overlap(block, cidr))) keys.add(`subnet ${cidr}`);
  for (const range of state.ranges) if (subnetIds.has(range.subnetId)) keys.add(`iprange ${range.start}-${range.end}`);
  for (const route of state.routes) {
    if (keys.has(`subnet ${route.source}`)) {
      keys.add(`static route ${route.source} to ${route.destination} via ${route.gateway}`);
    }
  }
  const gone = leaving(state, spec);
  for (const { cidr } of gone.subnets) keys.add(`subnet ${cidr}`);
  for (const vlan of gone.vlans) keys.add(`vlan ${nameOf({ id: vlan.fabricId, name: vlan.fabric })}/${vlan.vid}`);
  for (const { name } of [...gone.fabrics]) keys.add(`fabric ${name}`);
  for (const { name } of gone.spaces) keys.add(`space ${name}`);
  return observedObjects(state, nameOf).filter(({ key }) => keys.has(key));
}
