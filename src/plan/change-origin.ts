import type { DesignView } from "./design-view.ts";
import { mapAt, mapsAt, textAt } from "./read-tree.ts";

/** Where in a design a value is: an item, and the path of a field in it. */
export interface DesignPlace {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
}

/** A change, as far as it says what it is about. */
export interface PlacedChange {
  readonly object: string;
  readonly field: string;
}

const KEY = String.raw`\[("(?:[^"\\]|\\.)*")\]`;
const LINK_FIELDS: Readonly<Record<string, string>> = {
  name: "",
  mtu: "mtu",
  bond_mode: "bonding.mode",
  bond_hash: "bonding.hash",
  bond_peer_rate: "bonding.peer_rate",
  bond_mon_rate: "bonding.mon_rate",
  bond_up_delay: "bonding.up_delay",
  bond_down_delay: "bonding.down_delay",
  trunk: "trunking.mode",
  native_network: "trunking.default_network",
};
const NETWORK_FIELDS: Readonly<Record<string, string>> = {
  name: "",
  cidr: "cidr",
  vlan: "vlan",
  mtu: "mtu",
  gateway: "routes",
  routes: "routes",
  ranges: "ranges",
  dhcp: "ranges",
  dns_servers: "dns.servers",
  dns_domain: "dns.domain",
  space: "space",
  allow_dns: "allow_dns",
  managed: "managed",
  dhcp_relay_target: "dhcp_relay.upstream_target",
};

/** Where the design holds the value of a field of a node's specification; undefined where it holds none. */
export function placeOfNodeField(view: DesignView, node: string, field: string): DesignPlace | undefined {
  const tree = view.nodes.get(node);
  if (tree === undefined || field === "") return undefined;
  const at = (path: string): DesignPlace => ({ kind: "Node", name: node, path });
  const nic = new RegExp(`^interfaces${KEY}(?:\\.(.+))?$`).exec(field);
  if (nic !== null) return placeOfInterface(view, node, nic[1] ?? "", nic[2] ?? "");
  const alias = new RegExp(`^aliases${KEY}(.*)$`).exec(field);
  if (alias !== null) return hardware(tree, `device_aliases[${alias[1]}]${alias[2] ?? ""}`);
  const storage = /^storage(?:$|\.(.*)$)/.exec(field);
  if (storage !== null) return at(storagePath(storage[1] ?? ""));
  const oob = /^(?:identity\.oob_address|oob\.address)$/.test(field);
  if (oob) return at(`addressing[${JSON.stringify(textAt(mapAt(tree, "oob"), "network"))}].address`);
  if (field === "identity.boot_mac") return at("boot_mac");
  if (field === "architecture") return hardware(tree, "architecture");
  if (/^(?:fqdn|primary_network|oob(?:\.(?:type|account|parameters.*))?)$/.test(field)) return at(field);
  if (/^(?:image|kernel|kernel_params(?:\[.*)?)$/.test(field)) return at(`platform.${field}`);
  return /^(?:tags|owner_data)(?:\[.*)?$/.test(field) ? at(`metadata.${field}`) : undefined;
}

function placeOfInterface(view: DesignView, node: string, key: string, rest: string): DesignPlace | undefined {
  const own = (path: string): DesignPlace => ({ kind: "Node", name: node, path });
  const base = `interfaces[${key}]`;
  if (rest === "" || rest === "name") return own(base);
  if (rest === "devices") return own(`${base}.slaves`);
  if (rest === "link") return own(`${base}.device_link`);
  const link = /^link\.(\w+)$/.exec(rest);
  if (link !== null) {
    const nic = mapsAt(view.nodes.get(node) ?? {}, "interfaces").find(
      (each) => textAt(each, "name") === JSON.parse(key),
    );
    return fieldOf("NetworkLink", textAt(nic ?? {}, "device_link"), LINK_FIELDS[link[1] ?? ""]);
  }
  const network = new RegExp(`^networks${KEY}(?:\\.(.+))?$`).exec(rest);
  if (network === null) return undefined;
  const [, name = '""', part = ""] = network;
  if (part === "") return own(`${base}.networks`);
  if (part === "address" || part === "mode") return own(`addressing[${name}].address`);
  const field = /^network\.(\w+)/.exec(part);
  return field === null ? undefined : fieldOf("Network", JSON.parse(name), NETWORK_FIELDS[field[1] ?? ""]);
}

function storagePath(rest: string): string {
  if (rest === "") return "storage";
  const boot = /^(boot_device|root_size|boot_size)$/.exec(rest);
  if (boot !== null) return `storage.boot_drive.${boot[1] === "boot_device" ? "device" : boot[1]}`;
  return `storage.${rest.replace(/^disks(?=\[|$)/, "physical_devices")}`;
}

function hardware(node: Parameters<typeof textAt>[0], path: string): DesignPlace | undefined {
  return fieldOf("HardwareProfile", textAt(node, "hardware_profile"), path);
}

function fieldOf(kind: string, name: string, path: string | undefined): DesignPlace | undefined {
  return name === "" || path === undefined || path === "" ? undefined : { kind, name, path };
}

/**
 * Where the design holds what a change of a provisioner's own objects leads to: of a subnet the network of that block, of a VLAN the network that has it on the link its
 * fabric is named after, of a domain, tag, repository or script what the site says of it. Undefined for what no single item says, such as a tag nodes only name.
 */
export function placeOfSiteChange(view: DesignView, { object, field }: PlacedChange): DesignPlace | undefined {
  const space = object.indexOf(" ");
  const [type, name] = [object.slice(0, space), object.slice(space + 1)];
  if (type === "fabric") return view.links.has(name) ? fieldOf("NetworkLink", name, "mtu") : undefined;
  if (type === "ssh" && name.startsWith("key")) return { kind: "Site", name: view.siteName, path: "authorized_keys" };
  const ofSite = siteFieldOf(view, type, name, field);
  if (ofSite !== undefined) return { kind: "Site", name: view.siteName, path: ofSite };
  const network = networkOf(view, type, name);
  if (network === undefined) return undefined;
  const usual: Readonly<Record<string, string>> = { subnet: "cidr", vlan: "vlan", iprange: "ranges", space: "space" };
  return fieldOf("Network", network, NETWORK_FIELDS[field] || usual[type]);
}

/** Lists of the site that hold what a type of object is like: their key, and those of their fields that are called otherwise in a specification. */
const SITE_LISTS: Readonly<
  Record<string, { readonly list: string; readonly key: string; readonly fields: Readonly<Record<string, string>> }>
> = {
  domain: { list: "dns_domains", key: "name", fields: {} },
  tag: { list: "tag_definitions", key: "tag", fields: {} },
  script: { list: "scripts", key: "name", fields: {} },
  repository: {
    list: "repositories",
    key: "name",
    fields: { type: "repo_type", pockets: "subrepos", key: "gpgkey" },
  },
};

function siteFieldOf(view: DesignView, type: string, name: string, field: string): string | undefined {
  if (type === "dns") return recordsOf(view, name);
  const place = SITE_LISTS[type];
  const entry = place && mapsAt(view.site, place.list).find((each) => textAt(each, place.key) === name);
  if (place === undefined || entry === undefined) return undefined;
  const path = `${place.list}[${JSON.stringify(name)}]`;
  const own = place.fields[field] ?? field;
  return own === "" || own === "name" || entry[own] === undefined ? path : `${path}.${own}`;
}

/** The records of the domain a name is in: the longest one it ends in. `name` begins with "name" or "record", then has the full name. */
function recordsOf(view: DesignView, name: string): string | undefined {
  const fqdn = name.split(" ")[1] ?? "";
  const [domain] = mapsAt(view.site, "dns_domains")
    .map((each) => textAt(each, "name"))
    .filter((each) => `.${fqdn}`.endsWith(`.${each.replace(/\.$/, "").toLowerCase()}`))
    .sort((a, b) => b.length - a.length);
  return domain === undefined ? undefined : `dns_domains[${JSON.stringify(domain)}].records`;
}

function networkOf(view: DesignView, type: string, name: string): string | undefined {
  if (type === "subnet") return found(view, (tree) => textAt(tree, "cidr") === name);
  if (type === "iprange") {
    return found(view, (tree) =>
      mapsAt(tree, "ranges").some((range) => `${textAt(range, "start")}-${textAt(range, "end")}` === name),
    );
  }
  if (type === "space") return found(view, (tree) => textAt(tree, "space").replace(/[^\w-]/g, "-") === name);
  if (type !== "vlan") return undefined;
  const slash = name.lastIndexOf("/");
  const [link, vid] = [name.slice(0, slash), Number(name.slice(slash + 1))];
  return found(view, (tree, each) => view.linkOfNetwork.get(each) === link && tree.vlan === vid);
}

function found(
  view: DesignView,
  fits: (tree: Parameters<typeof textAt>[0], name: string) => boolean,
): string | undefined {
  return [...view.networks].find(([name, tree]) => fits(tree, name))?.[0];
}
