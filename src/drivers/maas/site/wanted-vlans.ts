import type { LinkSpec, NetworkSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";

/** The name MAAS gets for a fabric or VLAN: MAAS takes letters, digits, dash, underscore and space only. */
export function providerName(name: string): string {
  return name.replace(/[^\w -]/g, "-");
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
  /** Undefined when no network names it. */
  readonly name: string | undefined;
  /** Undefined when the design says nothing. */
  readonly mtu: number | undefined;
}

/**
 * The VLANs a link needs: one for each tag of its networks, and always the untagged one. A VLAN of several networks (of two
 * address families, say) has the first one's name and the largest MTU.
 */
export function wantedVlans(link: LinkSpec, networks: readonly NetworkSpec[]): WantedVlan[] {
  const vlans = new Map<number, WantedVlan>();
  for (const network of networks) {
    if (network.link !== link.name) continue;
    const vid = vidOn(link, network);
    const known = vlans.get(vid);
    const mtu = Math.max(known?.mtu ?? 0, network.mtu);
    vlans.set(vid, { vid, name: known?.name ?? providerName(network.name), mtu: mtu === 0 ? undefined : mtu });
  }
  if (!vlans.has(0)) vlans.set(0, { vid: 0, name: undefined, mtu: link.mtu === 0 ? undefined : link.mtu });
  return [...vlans.values()].sort((a, b) => a.vid - b.vid);
}
