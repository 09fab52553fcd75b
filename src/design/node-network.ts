import { isTreeMap, type Tree, type TreeMap } from "./tree.ts";

/** How a node is connected, read from effective items: nothing is resolved again. */
export interface NodeNetwork {
  /** Its full name; empty where no domain is known. */
  readonly fqdn: string;
  /** Network that gives it its DNS and default route; empty when none does. */
  readonly primaryNetwork: string;
  readonly dnsServers: readonly string[];
  /** Domains names are looked up in: that of the primary network, or else of the site, then those of its other networks. */
  readonly dnsSearch: readonly string[];
  /** By interface and network, each in the node's own order; networks that no interface carries come last. */
  readonly attachments: readonly NodeAttachment[];
}

/** A network that an interface of a node carries. */
export interface NodeAttachment {
  /** Empty for a network that no interface carries, such as the out-of-band one. */
  readonly interface: string;
  readonly network: string;
  /** Empty when it has none, or is given one by the network. */
  readonly address: string;
  readonly cidr: string;
  /** VLAN id of tagged traffic; 0 when untagged. */
  readonly vlan: number;
  /** Bytes: the network's, or else the link's; 0 when neither says. */
  readonly mtu: number;
  /** The node's name in the network; empty when the network has no domain. */
  readonly fqdn: string;
  readonly routes: readonly NodeRoute[];
}

/** A route of a node; the metric is 0 when not said. */
export interface NodeRoute {
  readonly subnet: string;
  readonly gateway: string;
  readonly metric: number;
}

/** The effective items beside a node that say how it is connected: the links and networks it names, by name, and the site. */
export interface NodeSurroundings {
  readonly networks: ReadonlyMap<string, TreeMap>;
  readonly links: ReadonlyMap<string, TreeMap>;
  readonly site: TreeMap | undefined;
}

const DEFAULT_ROUTES: ReadonlySet<string> = new Set(["0.0.0.0/0", "::/0"]);
const NOT_ADDRESSES: ReadonlySet<string> = new Set(["dhcp", "slaac", "auto"]);
const NOTHING: TreeMap = Object.freeze({});

/** The networks and links that a node's tree names. */
export function surroundingNames(node: TreeMap): { networks: readonly string[]; links: readonly string[] } {
  const interfaces = recordsAt(node, "interfaces");
  const networks = [textAt(node, "primary_network"), ...placesOf(node).map(({ network }) => network)];
  const links = interfaces.map((each) => textAt(each, "device_link"));
  const named = (names: readonly string[]) => [...new Set(names)].filter((name) => name !== "");
  return { networks: named(networks), links: named(links) };
}

/** Tells how a node is connected. A network or link that isn't there gives what little the node itself says. */
export function nodeNetwork(name: string, node: TreeMap, around: NodeSurroundings): NodeNetwork {
  const primaryNetwork = textAt(node, "primary_network");
  const fqdn = textAt(node, "fqdn");
  const domainOf = (network: string) => textAt(recordAt(around.networks.get(network), "dns"), "domain");
  const attachments = placesOf(node).map(({ nic, network }): NodeAttachment => {
    const tree = around.networks.get(network) ?? NOTHING;
    const link = around.links.get(textAt(nic, "device_link")) ?? NOTHING;
    const isPrimary = network === primaryNetwork;
    const domain = domainOf(network);
    return {
      interface: textAt(nic, "name"),
      network,
      address: addressOn(node, network),
      cidr: textAt(tree, "cidr"),
      vlan: isTagged(link, network) ? numberAt(tree, "vlan") : 0,
      mtu: numberAt(tree, "mtu") || numberAt(link, "mtu"),
      fqdn: isPrimary && fqdn !== "" ? fqdn : qualified(name, domain),
      routes: routesOf(tree, isPrimary),
    };
  });
  const ownDomain = domainOf(primaryNetwork) || textAt(around.site, "domain");
  const domains = [ownDomain, ...attachments.map(({ network }) => domainOf(network))];
  return {
    fqdn,
    primaryNetwork,
    dnsServers: textsAt(node, "dns_servers"),
    dnsSearch: [...new Set(domains)].filter((domain) => domain !== ""),
    attachments,
  };
}

/** Where a node is attached: every network of every interface, then the out-of-band one and others it has an address in. */
function placesOf(node: TreeMap): ReadonlyArray<{ readonly nic: TreeMap; readonly network: string }> {
  const carried = recordsAt(node, "interfaces").flatMap((nic) =>
    textsAt(nic, "networks").map((network) => ({ nic, network })),
  );
  const known = new Set(carried.map(({ network }) => network));
  const others = [
    textAt(recordAt(node, "oob"), "network"),
    ...recordsAt(node, "addressing").map((entry) => textAt(entry, "network")),
  ];
  const rest = [...new Set(others)].filter((network) => network !== "" && !known.has(network));
  return [...carried, ...rest.map((network) => ({ nic: NOTHING, network }))];
}

function addressOn(node: TreeMap, network: string): string {
  const entry = recordsAt(node, "addressing").find((each) => textAt(each, "network") === network);
  const address = textAt(entry, "address");
  return NOT_ADDRESSES.has(address) ? "" : address;
}

/** A trunk carries its default network untagged. */
function isTagged(link: TreeMap, network: string): boolean {
  const trunking = recordAt(link, "trunking");
  return textAt(trunking, "mode") === "802.1q" && textAt(trunking, "default_network") !== network;
}

function qualified(name: string, domain: string): string {
  if (domain === "") return "";
  return name.endsWith(`.${domain}`) ? name : `${name}.${domain}`;
}

/** The default route is that of the primary network alone; a route to a route domain stands for those computed from it. */
function routesOf(network: TreeMap, isPrimary: boolean): readonly NodeRoute[] {
  return recordsAt(network, "routes")
    .map((route) => ({
      subnet: textAt(route, "subnet"),
      gateway: textAt(route, "gateway"),
      metric: numberAt(route, "metric"),
    }))
    .filter(({ subnet }) => subnet !== "" && (isPrimary || !DEFAULT_ROUTES.has(subnet)));
}

function textAt(tree: TreeMap | undefined, field: string): string {
  const value = tree?.[field];
  return typeof value === "string" ? value : "";
}

function numberAt(tree: TreeMap | undefined, field: string): number {
  const value = tree?.[field];
  return typeof value === "number" ? value : 0;
}

function recordAt(tree: TreeMap | undefined, field: string): TreeMap | undefined {
  const value = tree?.[field];
  return isTreeMap(value) ? value : undefined;
}

function recordsAt(tree: TreeMap | undefined, field: string): readonly TreeMap[] {
  return listAt(tree, field).filter(isTreeMap);
}

function textsAt(tree: TreeMap | undefined, field: string): readonly string[] {
  return listAt(tree, field).filter((member): member is string => typeof member === "string");
}

function listAt(tree: TreeMap | undefined, field: string): readonly Tree[] {
  const value = tree?.[field];
  return Array.isArray(value) ? value : [];
}
