import { FieldPathError, formatFieldPath, type PathStep, parseFieldPath } from "../design/field-path.ts";
import type { DesignView } from "./design-view.ts";
import { mapAt, mapsAt, textAt } from "./read-tree.ts";

/** A field of an item of the design. */
export interface DesignField {
  readonly kind: string;
  readonly name: string;
  readonly path: string;
}

/** A field of a specification that was put together from a field of the design elsewhere, or under another name. */
type Place = (node: string, rest: readonly PathStep[], view: DesignView) => DesignField | undefined;

const PLATFORM = ["image", "kernel", "kernel_params"];
const METADATA = ["tags", "owner_data"];
const BOOT_DRIVE: Readonly<Record<string, string>> = {
  boot_device: "device",
  root_size: "root_size",
  boot_size: "boot_size",
};
const LINK: Readonly<Record<string, string>> = {
  ...{ bond_mode: "bonding.mode", bond_hash: "bonding.hash", bond_peer_rate: "bonding.peer_rate" },
  ...{ bond_mon_rate: "bonding.mon_rate", bond_up_delay: "bonding.up_delay", bond_down_delay: "bonding.down_delay" },
  ...{ bond_num_grat_arp: "bonding.num_grat_arp" },
  ...{ trunk: "trunking.mode", native_network: "trunking.default_network", mtu: "mtu" },
};
const NETWORK: Readonly<Record<string, string>> = {
  ...{ dns_servers: "dns.servers", dns_domain: "dns.domain", gateway: "routes", dhcp: "ranges" },
  ...{ dhcp_relay_target: "dhcp_relay.upstream_target" },
};

/**
 * Where the design holds what a field of a node's specification says, such as `interfaces["bond0"].link.mtu`; undefined when nothing of the
 * design holds it, or when the text is no path of a specification.
 */
export function designFieldOf(view: DesignView, node: string, field: string): DesignField | undefined {
  const [first, ...rest] = stepsOf(field);
  if (first?.type !== "field") return undefined;
  const { name } = first;
  if (PLATFORM.includes(name)) return onNode(node, [step("platform"), first, ...rest]);
  if (METADATA.includes(name)) return onNode(node, [step("metadata"), first, ...rest]);
  return PLACES[name]?.(node, rest, view);
}

const PLACES: Readonly<Record<string, Place>> = {
  fqdn: (node) => onNode(node, [step("fqdn")]),
  primary_network: (node) => onNode(node, [step("primary_network")]),
  identity: (node, [field]) => (isField(field, "boot_mac") ? onNode(node, [step("boot_mac")]) : undefined),
  commission: (node, rest) => onNode(node, [step("provisioning"), ...rest]),
  erase: (node) => onNode(node, [step("provisioning"), step("erase")]),
  locked: (node) => onNode(node, [step("provisioning"), step("lock")]),
  architecture: (node, _rest, view) => onHardware(node, [step("architecture")], view),
  aliases: (node, rest, view) => onHardware(node, [step("device_aliases"), ...rest], view),
  oob: oobField,
  storage: (node, rest) => onNode(node, [step("storage"), ...storageSteps(rest)]),
  interfaces: interfaceField,
};

function oobField(node: string, rest: readonly PathStep[], view: DesignView): DesignField | undefined {
  const [field] = rest;
  if (isField(field, "driver_owns_power")) return { kind: "Site", name: view.siteName, path: "power_owner" };
  if (!isField(field, "address")) return onNode(node, [step("oob"), ...rest]);
  const network = textAt(mapAt(view.nodes.get(node) ?? {}, "oob"), "network");
  return addressOn(node, network);
}

function storageSteps([first, key, ...rest]: readonly PathStep[]): readonly PathStep[] {
  if (first?.type !== "field") return [];
  const ofDrive = BOOT_DRIVE[first.name];
  if (ofDrive !== undefined) return [step("boot_drive"), step(ofDrive)];
  const list = first.name === "disks" ? step("physical_devices") : first;
  return [list, ...(key === undefined ? [] : [key]), ...rest];
}

function interfaceField(node: string, rest: readonly PathStep[], view: DesignView): DesignField | undefined {
  const [key, part, ...inner] = rest;
  const nic = [step("interfaces"), ...(key === undefined ? [] : [key])];
  if (part?.type !== "field" || key?.type !== "key") return onNode(node, nic);
  if (part.name === "devices") return onNode(node, [...nic, step("slaves")]);
  if (part.name === "link") return linkField(node, key.key, inner, view) ?? onNode(node, [...nic, step("device_link")]);
  if (part.name !== "networks") return onNode(node, [...nic, part, ...inner]);
  const [network, what, ...ofNetwork] = inner;
  if (network?.type !== "key") return onNode(node, [...nic, step("networks")]);
  if (!isField(what, "network")) return addressOn(node, network.key);
  return networkField(network.key, ofNetwork);
}

function linkField(node: string, nic: string, rest: readonly PathStep[], view: DesignView): DesignField | undefined {
  const own = mapsAt(view.nodes.get(node) ?? {}, "interfaces").find((each) => textAt(each, "name") === nic);
  const link = textAt(own ?? {}, "device_link");
  const [field] = rest;
  if (link === "" || field?.type !== "field") return undefined;
  return { kind: "NetworkLink", name: link, path: LINK[field.name] ?? field.name };
}

function networkField(network: string, rest: readonly PathStep[]): DesignField | undefined {
  const [field, ...inner] = rest;
  if (field?.type !== "field") return undefined;
  const path = NETWORK[field.name] ?? formatFieldPath([field, ...inner]);
  return { kind: "Network", name: network, path };
}

function addressOn(node: string, network: string): DesignField | undefined {
  if (network === "") return undefined;
  return onNode(node, [step("addressing"), { type: "key", key: network }, step("address")]);
}

function onNode(node: string, steps: readonly PathStep[]): DesignField {
  return { kind: "Node", name: node, path: formatFieldPath(steps) };
}

function onHardware(node: string, steps: readonly PathStep[], view: DesignView): DesignField | undefined {
  const name = textAt(view.nodes.get(node) ?? {}, "hardware_profile");
  return name === "" ? undefined : { kind: "HardwareProfile", name, path: formatFieldPath(steps) };
}

function step(name: string): PathStep {
  return { type: "field", name };
}

function isField(step: PathStep | undefined, name: string): boolean {
  return step?.type === "field" && step.name === name;
}

/** A driver may say anything: what is no path leads nowhere. */
function stepsOf(field: string): readonly PathStep[] {
  if (field === "") return [];
  try {
    return parseFieldPath(field);
  } catch (error) {
    if (error instanceof FieldPathError) return [];
    throw error;
  }
}
