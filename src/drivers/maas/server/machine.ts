import { canonicalAddress } from "../address.ts";
import { type Json, number, object, objects, text, texts } from "../client/json.ts";
import { type BlockDevice, readBlockDevice } from "../storage/block-device.ts";
import { readStackLists, type StackLists } from "../storage/stack-lists.ts";

/** The configuration of one address of an interface. */
export interface Link {
  readonly id: number;
  readonly mode: "auto" | "dhcp" | "static" | "link_up";
  /** 0 when the link is on no subnet. */
  readonly subnetId: number;
  readonly cidr: string;
  /** Empty when there is none. */
  readonly address: string;
}

/** An interface as MAAS has it. */
export interface Nic {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  /** Lower case. */
  readonly mac: string;
  readonly enabled: boolean;
  /** 0 when it is on no VLAN. */
  readonly vlanId: number;
  readonly vid: number;
  readonly fabric: string;
  readonly mtu: number;
  readonly links: readonly Link[];
  /** Names. */
  readonly parents: readonly string[];
  readonly params: Json;
  readonly vendor: string;
  readonly product: string;
  readonly speedMbps: number;
  /** Empty or absent when MAAS does not know it. */
  readonly firmwareVersion?: string;
}

/** A machine as MAAS has it. */
export interface Machine {
  readonly systemId: string;
  readonly hostname: string;
  /** Empty or absent when MAAS does not tell. */
  readonly domain?: string;
  readonly status: number;
  readonly statusName: string;
  readonly statusMessage: string;
  readonly power: string;
  readonly powerType: string;
  readonly architecture: string;
  /** Empty when nobody owns it. */
  readonly owner: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  readonly locked: boolean;
  readonly nics: readonly Nic[];
  readonly disks: readonly BlockDevice[];
  /** 0 when there is none. */
  readonly bootDiskId: number;
  readonly stacks: StackLists;
  /** Default gateways: the one in effect, and the link it was set by, 0 when MAAS chose it. */
  readonly gateways: readonly { readonly address: string; readonly linkId: number }[];
  readonly cpuCount: number;
  readonly memoryMib: number;
  readonly hardwareInfo: Json;
  /** How its firmware boots: "pxe" for a BIOS, "uefi" and the like. */
  readonly bootMethod?: string;
}

/** Annotation that holds the digest of the specification a machine was deployed with. */
export const DIGEST_ANNOTATION = "bedplate_spec_digest";
/** Annotation that holds the id of the operation that deployed it. */
export const OPERATION_ANNOTATION = "bedplate_operation";

/** Reads a machine from its JSON. Keys that are absent read as empty. */
export function readMachine(json: Json): Machine {
  const gateways = object(json.default_gateways);
  return {
    systemId: text(json.system_id),
    hostname: text(json.hostname),
    domain: text(object(json.domain).name),
    status: number(json.status, -1),
    statusName: text(json.status_name),
    statusMessage: text(json.status_message),
    power: text(json.power_state),
    powerType: text(json.power_type),
    architecture: text(json.architecture),
    owner: text(json.owner),
    annotations: Object.fromEntries(
      Object.entries(object(json.workload_annotations ?? json.owner_data)).map(([key, value]) => [key, text(value)]),
    ),
    tags: texts(json.tag_names),
    locked: json.locked === true,
    nics: objects(json.interface_set).map(readNic),
    disks: objects(json.blockdevice_set).map(readBlockDevice),
    bootDiskId: number(object(json.boot_disk).id),
    stacks: readStackLists(json),
    gateways: [object(gateways.ipv4), object(gateways.ipv6)].map((gateway) => ({
      address: canonicalAddress(text(gateway.gateway_ip)),
      linkId: number(gateway.link_id),
    })),
    cpuCount: number(json.cpu_count),
    memoryMib: number(json.memory),
    hardwareInfo: object(json.hardware_info),
    bootMethod: text(json.bios_boot_method),
  };
}

function readNic(json: Json): Nic {
  const vlan = object(json.vlan);
  return {
    id: number(json.id),
    name: text(json.name),
    type: text(json.type),
    mac: text(json.mac_address).toLowerCase(),
    enabled: json.enabled !== false,
    vlanId: number(vlan.id),
    vid: number(vlan.vid),
    fabric: text(vlan.fabric),
    mtu: number(json.effective_mtu, 1500),
    links: objects(json.links)
      .map(readLink)
      .sort((a, b) => a.id - b.id),
    parents: texts(json.parents),
    params: object(json.params),
    vendor: text(json.vendor),
    product: text(json.product),
    speedMbps: number(json.interface_speed),
    firmwareVersion: text(json.firmware_version),
  };
}

function readLink(json: Json): Link {
  const mode = text(json.mode).toLowerCase();
  const subnet = object(json.subnet);
  return {
    id: number(json.id),
    mode: mode === "auto" || mode === "dhcp" || mode === "static" ? mode : "link_up",
    subnetId: number(subnet.id),
    cidr: text(subnet.cidr),
    address: canonicalAddress(text(json.ip_address)),
  };
}

/** The digest of the specification a machine is deployed with; empty unless it is being or was deployed by Bedplate. */
export function deployedDigest(machine: Machine): string {
  return machine.annotations[DIGEST_ANNOTATION] ?? "";
}
