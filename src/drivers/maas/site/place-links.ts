import type { NetworkSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { canonicalBlock } from "../address.ts";
import { invalidField, rejected } from "../driver-error.ts";
import { type Fabric, fabricNamed, type Networks, type Vlan, vlanById } from "./read-networks.ts";
import { providerName, vidOn } from "./wanted-vlans.ts";

/** Names MAAS gives the fabrics it makes by itself, and takes from nobody. */
const RESERVED = /^fabric-\d+$/;

/** Which fabric of a MAAS is a link's. */
export interface PlacedLink {
  /** Name the fabric has or gets. */
  readonly name: string;
  /** The fabric that is there, by this or another name; undefined when it is yet to be made. */
  readonly fabric: Fabric | undefined;
}

/**
 * The fabric of each link, by the link's name: the one of that name, else the one that holds its subnets already, else none yet.
 * INVALID_ARGUMENT when two links would share one, or a name is MAAS's own; TARGET_REJECTED when a link's subnets lie in several fabrics of which none has its name.
 */
export function placeLinks(networks: Networks, spec: SiteSpec): ReadonlyMap<string, PlacedLink> {
  const named = new Map<string, string>();
  for (const [index, link] of spec.links.entries()) {
    const name = providerName(link.name);
    const other = named.get(name);
    if (other !== undefined) {
      throw invalidField(
        `spec.links[${index}].name`,
        `links "${other}" and "${link.name}" would both be the MAAS fabric "${name}"`,
        "rename one of the links",
      );
    }
    if (RESERVED.test(name) && fabricNamed(networks, name) === undefined) {
      throw invalidField(
        `spec.links[${index}].name`,
        `link "${link.name}" cannot become a fabric: MAAS keeps names such as "${name}" for fabrics it makes itself`,
        "rename the link",
      );
    }
    named.set(name, link.name);
  }
  const placed = new Map<string, PlacedLink>();
  const taken = new Set<number>();
  for (const [name, link] of named) {
    const fabric = fabricNamed(networks, name);
    if (fabric === undefined) continue;
    placed.set(link, { name, fabric });
    taken.add(fabric.id);
  }
  for (const [name, link] of named) {
    if (placed.has(link)) continue;
    const fabric = fabricToAdopt(networks, spec, link, name, taken);
    placed.set(link, { name, fabric });
    if (fabric !== undefined) taken.add(fabric.id);
  }
  return placed;
}

function fabricToAdopt(
  networks: Networks,
  spec: SiteSpec,
  link: string,
  name: string,
  taken: ReadonlySet<number>,
): Fabric | undefined {
  const blocks = new Set(
    linkedNetworks(spec).flatMap((each) => (each.link === link ? [canonicalBlock(each.cidr)] : [])),
  );
  const held = new Map<number, string>();
  for (const subnet of networks.subnets) {
    const vlan = blocks.has(subnet.cidr) ? vlanById(networks, subnet.vlanId) : undefined;
    // A fabric of another link gives its subnet back to this one.
    if (vlan !== undefined && !taken.has(vlan.fabricId)) held.set(vlan.fabricId, `${subnet.cidr} in ${vlan.fabric}`);
  }
  if (held.size > 1) {
    throw rejected(`the subnets of link "${link}" lie in several fabrics of MAAS: ${[...held.values()].join(", ")}`, {
      subject: `fabric ${name}`,
      hint: `rename the fabric that is the link's to "${name}" in MAAS; the other subnets are then moved to it`,
    });
  }
  const [id] = held.keys();
  return networks.fabrics.find((fabric) => fabric.id === id);
}

/** The networks that ride on a link and have a block: those MAAS has a subnet of. */
export function linkedNetworks(spec: SiteSpec): NetworkSpec[] {
  const links = new Set(spec.links.map(({ name }) => name));
  return spec.networks.filter((network) => links.has(network.link) && network.cidr !== "");
}

/** Where a network's subnet belongs. */
export interface PlacedNetwork {
  /** For people, such as "pxe/0". */
  readonly place: string;
  readonly vid: number;
  /** Undefined when it is yet to be made. */
  readonly vlan: Vlan | undefined;
}

/** Where a network belongs; the network rides on a link of the specification. */
export function placeNetwork(
  placed: ReadonlyMap<string, PlacedLink>,
  spec: SiteSpec,
  network: NetworkSpec,
): PlacedNetwork {
  const link = spec.links.find(({ name }) => name === network.link);
  const home = placed.get(network.link);
  const vid = link === undefined ? network.vlan : vidOn(link, network);
  const vlan = home?.fabric?.vlans.find((candidate) => candidate.vid === vid);
  return { place: `${home?.name ?? network.link}/${vid}`, vid, vlan };
}
