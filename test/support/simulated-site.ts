import type { JsonObject } from "@bufbuild/protobuf";
import { type DocumentInit, documentOf } from "./state-service.ts";

/** What differs from the usual in a simulated site. */
export interface SimulatedSiteOptions {
  /** Name of the design's Site; "lab" by default. */
  readonly site?: string;
  /** Driver instances; "simulator" by default. */
  readonly serverDriver?: string;
  readonly networkDriver?: string;
  /** Nodes in a rack; 40 by default. */
  readonly rackSize?: number;
  /** Fields put beside, or in place of, those of every node, by its number from 0. */
  readonly node?: (index: number) => JsonObject;
  /** Fields of the Site put beside the usual ones. */
  readonly siteFields?: JsonObject;
}

const SITE_MOST = 60_000;

/** The name of the nth node of a simulated site, from 0: "n00000". */
export function simulatedName(index: number): string {
  return `n${String(index).padStart(5, "0")}`;
}

/** The rack of the nth node: "r000". */
export function simulatedRack(index: number, rackSize = 40): string {
  return `r${String(Math.floor(index / rackSize)).padStart(3, "0")}`;
}

/**
 * A valid design of so many nodes, 60,000 at most, for the simulator: a boot network and a bonded trunk with static addresses, a disk
 * with a partition of its own, racks, a tag by turns ("even", "odd") beside "worker", and the rack as owner data.
 */
export function simulatedSite(count: number, options: SimulatedSiteOptions = {}): DocumentInit[] {
  const { site = "lab", serverDriver = "simulator", networkDriver = "simulator", rackSize = 40 } = options;
  if (count > SITE_MOST) throw new RangeError(`a simulated site has at most ${SITE_MOST} nodes`);
  let line = 1;
  const add = (kind: string, name: string, spec: JsonObject): DocumentInit => {
    line += 20;
    return documentOf(kind, name, spec, line);
  };
  const racks = new Set(Array.from({ length: count }, (_, index) => simulatedRack(index, rackSize)));
  return [
    add("Site", site, {
      ...{ domain: "lab.example", server_driver: serverDriver, network_driver: networkDriver },
      ...options.siteFields,
    }),
    add("NetworkLink", "boot", { mtu: 1500, trunking: { mode: "disabled", default_network: "pxe" } }),
    add("NetworkLink", "data", {
      bonding: { mode: "802.3ad", hash: "layer3+4", peer_rate: "fast", mon_rate: 100 },
      mtu: 9000,
      trunking: { mode: "802.1q" },
      allowed_networks: ["mgmt"],
    }),
    add("Network", "pxe", {
      cidr: "10.200.0.0/16",
      allocation: "dhcp",
      ranges: [{ type: "dhcp", start: "10.200.1.0", end: "10.200.255.250" }],
    }),
    add("Network", "mgmt", {
      cidr: "10.0.0.0/16",
      vlan: 101,
      routes: [{ subnet: "0.0.0.0/0", gateway: "10.0.0.1" }],
      dns: { domain: "mgmt.lab.example", servers: ["10.0.0.2", "10.0.0.3"] },
    }),
    add("HardwareProfile", "box", {
      vendor: "Acme",
      device_aliases: [
        { alias: "boot_nic", bus_type: "pci", address: "0000:00:03.0" },
        { alias: "nic1", bus_type: "pci", address: "0000:18:00.0" },
        { alias: "nic2", bus_type: "pci", address: "0000:18:00.1" },
        { alias: "boot_disk", bus_type: "scsi", address: "2:0.0.0" },
      ],
    }),
    add("HostProfile", "worker", {
      primary_network: "mgmt",
      hardware_profile: "box",
      interfaces: [
        { name: "pxe", device_link: "boot", slaves: ["boot_nic"], networks: ["pxe"] },
        { name: "bond0", device_link: "data", slaves: ["nic1", "nic2"], networks: ["mgmt"] },
      ],
      storage: { layout: "lvm", boot_drive: { device: "boot_disk", root_size: "50g" } },
      platform: { image: "noble", kernel_params: { quiet: "true" } },
    }),
    ...[...racks].map((name) => add("Rack", name, {})),
    ...Array.from({ length: count }, (_, index) => {
      const rack = simulatedRack(index, rackSize);
      return add("Node", simulatedName(index), {
        host_profile: "worker",
        addressing: [
          { network: "pxe", address: "dhcp" },
          { network: "mgmt", address: `10.0.${1 + Math.floor(index / 240)}.${1 + (index % 240)}` },
        ],
        metadata: { rack, tags: ["worker", index % 2 === 0 ? "even" : "odd"], owner_data: { rack } },
        ...options.node?.(index),
      });
    }),
  ];
}
