import type { EffectiveItem } from "../design/effective-item.ts";
import type { TreeMap } from "../design/tree.ts";
import { mapAt, mapsAt, textAt, textsAt } from "./read-tree.ts";

/** The effective items of one revision, by kind and name, names in code unit order, with the questions planning asks of them. */
export interface DesignView {
  /** Name of the site; "site" when the design declares none. */
  readonly siteName: string;
  /** The site, empty when the design declares none. */
  readonly site: TreeMap;
  readonly links: ReadonlyMap<string, TreeMap>;
  readonly networks: ReadonlyMap<string, TreeMap>;
  readonly hardwareProfiles: ReadonlyMap<string, TreeMap>;
  readonly hostProfiles: ReadonlyMap<string, TreeMap>;
  readonly nodes: ReadonlyMap<string, TreeMap>;
  /** The link each network rides on; a network that no link carries is absent. */
  readonly linkOfNetwork: ReadonlyMap<string, string>;
}

/** Sorts effective items for planning. The items may come in any order; two calls with the same items give equal views. */
export function createDesignView(items: Iterable<EffectiveItem>): DesignView {
  const kinds = new Map<string, [string, TreeMap][]>();
  for (const { kind, name, tree } of items) {
    const found = kinds.get(kind);
    if (found === undefined) kinds.set(kind, [[name, tree]]);
    else found.push([name, tree]);
  }
  const ofKind = (kind: string): ReadonlyMap<string, TreeMap> =>
    new Map((kinds.get(kind) ?? []).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  const [site] = ofKind("Site");
  const links = ofKind("NetworkLink");
  const nodes = ofKind("Node");
  return {
    siteName: site?.[0] ?? "site",
    site: site?.[1] ?? {},
    links,
    networks: ofKind("Network"),
    hardwareProfiles: ofKind("HardwareProfile"),
    hostProfiles: ofKind("HostProfile"),
    nodes,
    linkOfNetwork: assignLinks(links, nodes),
  };
}

/** A link that says which networks it carries is believed first; then those that interfaces put on a link that doesn't say. */
function assignLinks(links: ReadonlyMap<string, TreeMap>, nodes: ReadonlyMap<string, TreeMap>): Map<string, string> {
  const carrier = new Map<string, string>();
  const assign = (network: string, link: string): void => {
    if (network !== "" && !carrier.has(network)) carrier.set(network, link);
  };
  for (const [name, link] of links) for (const network of textsAt(link, "allowed_networks")) assign(network, name);
  for (const [name, link] of links) assign(textAt(mapAt(link, "trunking"), "default_network"), name);
  for (const node of nodes.values()) {
    for (const nic of mapsAt(node, "interfaces")) {
      const link = textAt(nic, "device_link");
      if (link !== "") for (const network of textsAt(nic, "networks")) assign(network, link);
    }
  }
  return carrier;
}
