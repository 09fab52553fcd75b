import { dump } from "js-yaml";

/** A site made for a demonstration: its design, and the world of a simulated MAAS with machines that fit it. */
export interface GeneratedSite {
  /** Documents of Bedplate's own form, YAML. */
  readonly design: string;
  /** World file of `bedplate maas-sim`, JSON. */
  readonly world: string;
}

/** The most nodes of one made site: as many as one page of a listing holds. */
export const MOST_NODES = 1000;

const RACK_SIZE = 40;
const BMC = { user: "bedplate", password: "example-only" } as const;
const VLANS = [
  { name: "mgmt", vlan: 101, block: 101 },
  { name: "storage", vlan: 102, block: 102 },
  { name: "tenant", vlan: 103, block: 103 },
] as const;

/**
 * A site of so many nodes, 1 to 1000, in racks of 40: a boot network, a bond of two cards that carries three VLANs, and by turns LVM over a disk or plain partitions. Every
 * machine is new to the simulated MAAS and fits its hardware profile.
 */
export function generatedSite(nodes: number): GeneratedSite {
  const numbers = Array.from({ length: nodes }, (_, index) => index);
  const documents = [...siteDocuments(), ...rackDocuments(nodes), ...numbers.map(nodeDocument)];
  return {
    design: documents.map((document) => dump(document, { lineWidth: 160 })).join("---\n"),
    world: JSON.stringify({
      images: [{ name: "ubuntu/noble", architecture: "amd64", kernels: ["ga-24.04", "hwe-24.04"] }],
      fabrics: [{ name: "fabric-0", vlans: [{ vid: 0, subnets: [{ cidr: "10.100.0.0/16", name: "10.100.0.0/16" }] }] }],
      machines: numbers.map(machine),
    }),
  };
}

/** Name of the nth node, from 0, such as "n0001" for the first. */
export function generatedName(index: number): string {
  return `n${String(index + 1).padStart(4, "0")}`;
}

function item(kind: string, name: string, spec: object): object {
  return { apiVersion: "bedplate/v1", kind, metadata: { name }, spec };
}

function siteDocuments(): object[] {
  const vlans = VLANS.map(({ name, vlan, block }) =>
    item("Network", name, {
      ...{ cidr: `10.${block}.0.0/16`, vlan, allocation: "static" },
      ...(name === "mgmt" && {
        routes: [{ subnet: "0.0.0.0/0", gateway: "10.101.255.254" }],
        dns: { domain: "mgmt.generated.example", servers: ["10.101.255.251", "10.101.255.252"] },
      }),
    }),
  );
  return [
    // The one password is a word of this example, not a secret of anybody's.
    item("Layer", "main", { allow_secret_literals: true }),
    item("Site", "generated", { description: "A site made for a demonstration", domain: "generated.example" }),
    item("NetworkLink", "boot", { mtu: 1500, trunking: { mode: "disabled", default_network: "pxe" } }),
    item("NetworkLink", "data", {
      bonding: { mode: "802.3ad", hash: "layer3+4", peer_rate: "slow", mon_rate: 100, up_delay: 200, down_delay: 200 },
      mtu: 9000,
      trunking: { mode: "802.1q" },
      allowed_networks: VLANS.map(({ name }) => name),
    }),
    item("NetworkLink", "bmc", { mtu: 1500, trunking: { mode: "disabled", default_network: "oob" } }),
    item("Network", "oob", { cidr: "10.99.0.0/16", allocation: "static" }),
    item("Network", "pxe", {
      ...{ cidr: "10.100.0.0/16", allocation: "dhcp" },
      ranges: [{ type: "dhcp", start: "10.100.1.0", end: "10.100.200.255" }],
    }),
    ...vlans,
    item("HardwareProfile", "box", {
      ...{ vendor: "Acme", bios_version: "1.4" },
      device_aliases: [
        { alias: "boot_nic", bus_type: "pci", address: "0000:01:00.0" },
        { alias: "nic1", bus_type: "pci", address: "0000:18:00.0" },
        { alias: "nic2", bus_type: "pci", address: "0000:18:00.1" },
        { alias: "boot_disk", bus_type: "scsi", address: "0:0.0.0" },
        { alias: "data_disk", bus_type: "scsi", address: "1:0.0.0" },
      ],
    }),
    item("HostProfile", "base", {
      hardware_profile: "box",
      primary_network: "mgmt",
      oob: { type: "ipmi", network: "oob", account: BMC.user, credential: { literal: BMC.password } },
      interfaces: [
        { name: "pxe", device_link: "boot", slaves: ["boot_nic"], networks: ["pxe"] },
        { name: "bond0", device_link: "data", slaves: ["nic1", "nic2"], networks: VLANS.map(({ name }) => name) },
      ],
      platform: { image: "noble", kernel: "ga-24.04", kernel_params: { quiet: "true", iommu: "pt" } },
    }),
    item("HostProfile", "lvm", {
      host_profile: "base",
      storage: {
        ...{ layout: "lvm", boot_drive: { device: "boot_disk", root_size: "50g" } },
        physical_devices: [{ name: "data_disk", volume_group: "data" }],
        volume_groups: [
          {
            name: "data",
            logical_volumes: [
              { name: "var", size: "30%", filesystem: { mountpoint: "/var/lib", fstype: "ext4" } },
              { name: "cache", size: ">20g", filesystem: { mountpoint: "/srv", fstype: "xfs" } },
            ],
          },
        ],
      },
    }),
    item("HostProfile", "flat", {
      host_profile: "base",
      storage: {
        ...{ layout: "flat", boot_drive: { device: "boot_disk", root_size: "50g" } },
        physical_devices: [
          {
            name: "data_disk",
            partitions: [
              { name: "logs", size: "20%", filesystem: { mountpoint: "/var/log", fstype: "ext4", fs_label: "logs" } },
              { name: "rest", size: ">10g", filesystem: { mountpoint: "/srv", fstype: "xfs" } },
            ],
          },
        ],
      },
    }),
  ];
}

function rackDocuments(nodes: number): object[] {
  return Array.from({ length: Math.ceil(nodes / RACK_SIZE) }, (_, rack) => item("Rack", rackName(rack), {}));
}

function nodeDocument(index: number): object {
  const rack = rackName(Math.floor(index / RACK_SIZE));
  return item("Node", generatedName(index), {
    host_profile: index % 2 === 0 ? "lvm" : "flat",
    boot_mac: mac(index, 0),
    addressing: [
      { network: "oob", address: address(99, index) },
      { network: "pxe", address: "dhcp" },
      ...VLANS.map(({ name, block }) => ({ network: name, address: address(block, index) })),
    ],
    metadata: { rack, tags: [index % 2 === 0 ? "lvm" : "flat"], owner_data: { rack } },
  });
}

function machine(index: number): object {
  const card = (name: string, port: number, pci: string) => ({
    ...{ name, mac: mac(index, port), pci_address: pci, vendor: "Acme", product: "10 GbE" },
  });
  const disk = (name: string, size: string, place: number) => ({
    ...{ name, model: "Acme SSD", serial: `D${index}-${place}`, size, scsi_address: `${place}:0.0.0` },
  });
  return {
    hostname: `unnamed-${String(index + 1).padStart(4, "0")}`,
    power_type: "ipmi",
    power_parameters: { power_address: address(99, index), power_user: BMC.user, power_pass: BMC.password },
    system: { vendor: "Acme", product: "Box", serial: `S${index}` },
    bios: { vendor: "Acme", version: "1.4" },
    nics: [
      { ...card("eno1", 0, "0000:01:00.0"), network: "10.100.0.0/16", boot: true },
      card("ens1f0", 1, "0000:18:00.0"),
      card("ens1f1", 2, "0000:18:00.1"),
    ],
    disks: [disk("sda", "240G", 0), disk("sdb", "480G", 1)],
  };
}

function rackName(rack: number): string {
  return `r${String(rack + 1).padStart(3, "0")}`;
}

function address(block: number, index: number): string {
  return `10.${block}.${1 + Math.floor(index / 200)}.${1 + (index % 200)}`;
}

function mac(index: number, port: number): string {
  const digits = index.toString(16).padStart(4, "0");
  return `52:54:00:${port.toString(16).padStart(2, "0")}:${digits.slice(0, 2)}:${digits.slice(2)}`;
}
