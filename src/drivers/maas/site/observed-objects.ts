import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalBlock, overlap } from "../address.ts";
import { nameKeys, nameObjects } from "./name-objects.ts";
import { vlanById, vlanLabel } from "./read-networks.ts";
import type { WholeState } from "./read-site.ts";
import type { SiteObject } from "./site-object.ts";
import { siteObject } from "./site-object.ts";
import { providerName, wantedVlans } from "./wanted-vlans.ts";

/** The objects of a MAAS a design can speak of, in a stable order. A digest covers what a design can say, and of a subnet everything a hand can set. */
export function observedObjects(state: WholeState): SiteObject[] {
  const subnetCidr = new Map(state.subnets.map((subnet) => [subnet.id, subnet.cidr]));
  const vlans = state.fabrics.flatMap((fabric) => fabric.vlans);
  const found: SiteObject[] = [
    ...state.fabrics.map(({ name }) => siteObject("fabric", name, { name })),
    ...vlans.map((vlan) => {
      const { fabric, vid, name, mtu, dhcpOn } = vlan;
      return siteObject("vlan", vlanLabel(vlan), { fabric, vid, name, mtu, dhcp: dhcpOn });
    }),
    ...state.subnets.map(({ cidr, name, vlanId, gateway, dnsServers, settings }) => {
      const vlan = vlanLabel(vlanById(state, vlanId));
      return siteObject("subnet", cidr, { cidr, name, vlan, gateway, dns_servers: dnsServers.join(","), ...settings });
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
  const ours = state.subnets.filter(({ cidr }) => keys.has(`subnet ${cidr}`));
  const subnetIds = new Set(ours.map(({ id }) => id));
  for (const { vlanId } of ours) {
    const vlan = vlanById(state, vlanId);
    if (vlan === undefined) continue;
    keys.add(`vlan ${vlanLabel(vlan)}`);
    keys.add(`fabric ${vlan.fabric}`);
  }
  const blocks = spec.networks.map(({ cidr }) => cidr).filter((cidr) => cidr !== "");
  for (const { cidr } of state.subnets) if (blocks.some((block) => overlap(block, cidr))) keys.add(`subnet ${cidr}`);
  for (const range of state.ranges) if (subnetIds.has(range.subnetId)) keys.add(`iprange ${range.start}-${range.end}`);
  for (const route of state.routes) {
    if (keys.has(`subnet ${route.source}`)) {
      keys.add(`static route ${route.source} to ${route.destination} via ${route.gateway}`);
    }
  }
  return observedObjects(state).filter(({ key }) => keys.has(key));
}
