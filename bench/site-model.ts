/** A value of a generated design. */
export type Value = string | number | boolean | readonly Value[] | Fields;

/** Fields by name. */
export interface Fields {
  readonly [name: string]: Value;
}

/** An item of a generated design, in the fields of its kind. */
export interface ModelItem {
  readonly kind: string;
  readonly name: string;
  readonly spec: Fields;
}

const networks = ["oob", "pxe", "mgmt", "storage", "tenant", "public", "overlay", "backup"] as const;
const nodesPerRack = 40;

/**
 * A site of that many nodes, always the same: every built-in kind, eight networks, a bond with a trunk of six of them, profiles on three levels, a rack for
 * every 40 nodes, boot actions. No rule has anything to say about it. At most 40,000 nodes.
 */
export function* siteModel(nodes: number): Generator<ModelItem> {
  yield {
    kind: "Site",
    name: "bench",
    spec: { domain: "bench.example", authorized_keys: ["ssh-ed25519 AAAAC3Nza bench"] },
  };
  yield* links();
  for (const [index, name] of networks.entries()) yield network(index, name);
  for (const name of ["compute-box", "storage-box"]) yield hardwareProfile(name);
  yield* hostProfiles();
  yield* bootActions();
  for (let rack = 0; rack * nodesPerRack < nodes; rack++) yield rackItem(rack);
  for (let index = 0; index < nodes; index++) yield node(index);
}

function* links(): Generator<ModelItem> {
  const untagged = (network: string): Fields => ({
    bonding: { mode: "disabled" },
    mtu: 1500,
    trunking: { mode: "disabled", default_network: network },
    allowed_networks: [network],
  });
  yield { kind: "NetworkLink", name: "oob", spec: { ...untagged("oob"), linkspeed: "100full" } };
  yield { kind: "NetworkLink", name: "pxe", spec: { ...untagged("pxe"), linkspeed: "auto" } };
  yield {
    kind: "NetworkLink",
    name: "data",
    spec: {
      bonding: { mode: "802.3ad", hash: "layer3+4", peer_rate: "fast", mon_rate: 100, up_delay: 200, down_delay: 200 },
      mtu: 9000,
      linkspeed: "auto",
      trunking: { mode: "802.1q", default_network: "mgmt" },
      allowed_networks: networks.slice(2),
    },
  };
}

function network(index: number, name: string): ModelItem {
  const net = 10 + index;
  const dhcp = name === "pxe";
  return {
    kind: "Network",
    name,
    spec: {
      ...(index > 1 && { vlan: 100 + index }),
      mtu: index > 2 ? 9000 : 1500,
      cidr: `10.${net}.0.0/16`,
      ranges: [
        { type: "reserved", start: `10.${net}.0.1`, end: `10.${net}.0.9` },
        { type: dhcp ? "dhcp" : "static", start: `10.${net}.1.0`, end: `10.${net}.254.250` },
      ],
      ...(name === "mgmt" && { routes: [{ subnet: "0.0.0.0/0", gateway: `10.${net}.0.1`, metric: 10 }] }),
      dns: { domain: `${name}.bench.example`, servers: [`10.${net}.0.2`, `10.${net}.0.3`] },
      labels: { purpose: name },
    },
  };
}

function hardwareProfile(name: string): ModelItem {
  return {
    kind: "HardwareProfile",
    name,
    spec: {
      vendor: "Acme",
      generation: "10",
      hw_version: "3",
      bios_version: "2.2.3",
      boot_mode: "uefi",
      bootstrap_protocol: "pxe",
      device_aliases: [
        { alias: "boot_nic", bus_type: "pci", address: "0000:01:00.0", dev_type: "Ethernet" },
        { alias: "nic1", bus_type: "pci", address: "0000:18:00.0", dev_type: "Ethernet" },
        { alias: "nic2", bus_type: "pci", address: "0000:18:00.1", dev_type: "Ethernet" },
        { alias: "system_disk", bus_type: "scsi", address: "2:0.0.0", dev_type: "Disk" },
        { alias: "log_disk", bus_type: "scsi", address: "2:0.1.0", dev_type: "Disk" },
      ],
      cpu_sets: { sriov: "2,4", kvm: "6-40" },
      hugepages: [{ name: "dpdk", size: "1G", count: 32 }],
    },
  };
}

function* hostProfiles(): Generator<ModelItem> {
  yield {
    kind: "HostProfile",
    name: "defaults",
    spec: {
      primary_network: "mgmt",
      oob: { type: "ipmi", network: "oob", account: "admin", credential: { ref: "file:bmc" } },
      storage: {
        physical_devices: [
          {
            name: "system_disk",
            labels: { bootdrive: "true" },
            partitions: [
              partition("efi", "512m", "/boot/efi", "vfat"),
              partition("boot", "1g", "/boot", "ext4"),
              partition("root", ">30g", "/", "ext4"),
            ],
          },
          { name: "log_disk", volume_group: "log_vg" },
        ],
        volume_groups: [
          {
            name: "log_vg",
            logical_volumes: [
              {
                name: "log_lv",
                size: "90%",
                filesystem: { mountpoint: "/var/log", fstype: "xfs", mount_options: "defaults" },
              },
            ],
          },
        ],
      },
      platform: { image: "noble", kernel: "ga-24.04", kernel_params: { quiet: "true", console: "ttyS1,115200" } },
      metadata: { owner_data: { team: "platform" } },
    },
  };
  yield {
    kind: "HostProfile",
    name: "networked",
    spec: {
      host_profile: "defaults",
      interfaces: [
        { name: "boot", device_link: "pxe", slaves: ["boot_nic"], networks: ["pxe"] },
        { name: "bond0", device_link: "data", slaves: ["nic1", "nic2"], networks: networks.slice(2) },
      ],
    },
  };
  for (const [name, box] of [
    ["compute", "compute-box"],
    ["storage", "storage-box"],
  ] as const) {
    yield {
      kind: "HostProfile",
      name,
      spec: {
        host_profile: "networked",
        hardware_profile: box,
        platform: { kernel_params: { hugepagesz: "1G", hugepages: "32", isolcpus: "6-40" } },
        metadata: { tags: [name, "bench"] },
      },
    };
  }
}

function partition(name: string, size: string, mountpoint: string, fstype: string): Fields {
  return { name, size, filesystem: { mountpoint, fstype, mount_options: "defaults" } };
}

function* bootActions(): Generator<ModelItem> {
  yield {
    kind: "BootAction",
    name: "tune",
    spec: {
      signaling: true,
      nodes: { tags: ["compute"] },
      assets: [
        { type: "file", path: "/etc/sysctl.d/90-bench.conf", permissions: "0644", data: "net.core.somaxconn = 1024\n" },
        {
          type: "unit",
          path: "/etc/systemd/system/tune.service",
          permissions: "0600",
          data: "[Unit]\nDescription=Tune\n",
        },
      ],
    },
  };
  yield {
    kind: "BootAction",
    name: "packages",
    spec: {
      signaling: false,
      nodes: { racks: ["r0000", "r0001"] },
      assets: [{ type: "pkg_list", packages: { chrony: "4.5-1" } }],
    },
  };
}

function rackItem(index: number): ModelItem {
  const name = rackName(index);
  const tail = `${Math.floor((index * 2) / 250)}.${((index * 2) % 250) + 1}`;
  const second = `${Math.floor((index * 2 + 1) / 250)}.${((index * 2 + 1) % 250) + 1}`;
  return {
    kind: "Rack",
    name,
    spec: {
      tor_switches: [
        { name: `${name}-a`, mgmt_ip: `10.10.${200 + Number(tail.split(".")[0])}.${tail.split(".")[1]}` },
        { name: `${name}-b`, mgmt_ip: `10.10.${200 + Number(second.split(".")[0])}.${second.split(".")[1]}` },
      ],
      location: { clli: "BENCH01", grid: `E${index}` },
      local_networks: ["pxe"],
    },
  };
}

function rackName(index: number): string {
  return `r${String(index).padStart(4, "0")}`;
}

function node(index: number): ModelItem {
  const tail = `${Math.floor(index / 250) + 1}.${(index % 250) + 1}`;
  const hex = (index + 4096).toString(16).padStart(6, "0");
  const role = index % 8 === 7 ? "storage" : "compute";
  return {
    kind: "Node",
    name: `n${String(index).padStart(5, "0")}`,
    spec: {
      host_profile: role,
      ...(index % 10 === 0 && {
        interfaces: [{ name: "bond0", labels: { uplink: `leaf${index % 4}` } }],
        platform: { kernel_params: { console: "ttyS2", "!isolcpus": "" } },
      }),
      metadata: {
        tags: [`batch${index % 10}`],
        owner_data: { serial: `SN${String(index).padStart(6, "0")}`, purchase: `PO-${2020 + (index % 6)}` },
        rack: rackName(Math.floor(index / nodesPerRack)),
      },
      addressing: [
        { network: "oob", address: `10.10.${tail}` },
        { network: "pxe", address: "dhcp" },
        ...[12, 13, 14].map((net) => ({ network: networks[net - 10] ?? "", address: `10.${net}.${tail}` })),
      ],
      boot_mac: `52:54:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`,
    },
  };
}
