import type { LinkSpec, NetworkSpec, SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { invalidField } from "../driver-error.ts";

/** The name MAAS gets for a fabric, VLAN or space: it takes letters, digits, dash and underscore for all of them. */
export function providerName(name: string): string {
  return name.replace(/[^\w-]/g, "-");
}

/**
 * The VLAN tag frames of a network carry where nodes see them: none when the link tags nothing, or when the network is the
 * link's native one. That is what MAAS models, whatever tag a switch adds behind the port.
 */
export function vidOn(link: Pick<LinkSpec, "trunk" | "nativeNetwork">, network: NetworkSpec): number {
  return !link.trunk || link.nativeNetwork === network.name ? 0 : network.vlan;
}

/** A VLAN as a design wants it. */
export interface WantedVlan {
  readonly vid: number;
  /** Undefined when no network names it, and for the untagged one, whose name MAAS keeps to itself. */
  readonly name: string | undefined;
  /** Undefined when the design says nothing. */
  readonly mtu: number | undefined;
  /** Undefined when the design says nothing. */
  readonly space: string | undefined;
}

/**
 * The VLANs a link needs: one for each tag of its networks, and always the untagged one. A VLAN of several networks (of two
 * address families, say) has the first one's name, the largest MTU and the space of those that name one. INVALID_ARGUMENT
 * when they name different ones.
 */
export function wantedVlans(link: LinkSpec, networks: readonly NetworkSpec[]): WantedVlan[] {
  const vlans = new Map<number, WantedVlan & { readonly spacedBy?: string }>();
  for (const [index, network] of networks.entries()) {
    if (network.link !== link.name) continue;
    const vid = vidOn(link, network);
    const known = vlans.get(vid);
    const mtu = Math.max(known?.mtu ?? 0, network.mtu);
    const space = network.space === "" ? undefined : providerName(network.space);
    if (space !== undefined && known?.space !== undefined && space !== known.space) {
      throw invalidField(
        `spec.networks[${index}].space`,
        `networks "${known.spacedBy}" and "${network.name}" share VLAN ${vid} of link "${link.name}", but not their space: ${known.space} and ${space}`,
        "give both the same space: MAAS keeps it with the VLAN",
      );
    }
    const spacedBy = known?.spacedBy ?? (space === undefined ? undefined : network.name);
    vlans.set(vid, {
      vid,
      name: vid === 0 ? undefined : (known?.name ?? providerName(network.name)),
      mtu: mtu === 0 ? undefined : mtu,
      space: known?.space ?? space,
      ...(spacedBy !== undefined && { spacedBy }),
    });
  }
  if (!vlans.has(0)) {
    vlans.set(0, { vid: 0, name: undefined, mtu: link.mtu === 0 ? undefined : link.mtu, space: undefined });
  }
  return [...vlans.values()].sort((a, b) => a.vid - b.vid);
}

/** The spaces a site's networks name, in order. INVALID_ARGUMENT for those MAAS keeps to itself. */
export function wantedSpaces(spec: SiteSpec): string[] {
  const links = new Set(spec.links.map(({ name }) => name));
  const spaces = new Set<string>();
  for (const [index, network] of spec.networks.entries()) {
    if (network.space === "" || !links.has(network.link)) continue;
    const name = providerName(network.space);
    if (name === "undefined") {
      throw invalidField(
        `spec.networks[${index}].space`,
        'no space can be called "undefined": that is what MAAS calls having none',
        "call the space otherwise, or leave it out",
      );
    }
    spaces.add(name);
  }
  return [...spaces];
}
