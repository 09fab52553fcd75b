/**
 * A world file: what exists around the simulated MAAS before anybody calls it. JSON, keys in snake_case, unknown keys
 * are refused. The smallest useful one:
 *
 * ```json
 * {
 *   "images": [{ "name": "ubuntu/noble", "architecture": "amd64", "kernels": ["ga-24.04"] }],
 *   "fabrics": [{ "vlans": [{ "vid": 0, "subnets": [{ "cidr": "10.10.0.0/24" }] }] }],
 *   "machines": [{
 *     "hostname": "n1",
 *     "power_type": "ipmi",
 *     "power_parameters": { "power_address": "10.99.0.1", "power_user": "admin", "power_pass": "secret" },
 *     "nics": [{ "name": "ens3", "mac": "52:54:00:00:00:01", "pci_address": "0000:00:03.0", "network": "10.10.0.0/24" }],
 *     "disks": [{ "name": "sda", "serial": "D1", "size": "100G" }]
 *   }]
 * }
 * ```
 */
export interface World {
  /** `consumer:token:secret`. The command line wins; without either a key is generated. */
  readonly apiKey?: string;
  /** How many times faster than `timings` everything goes, or `instant`. Default 1. The command line wins. */
  readonly speed: Speed;
  readonly timings: Timings;
  /** Initial values of `maas/?op=set_config`, by name. */
  readonly config: Readonly<Record<string, string>>;
  /** Boot images. Default: `ubuntu/noble` and `ubuntu/jammy` for amd64. */
  readonly images: readonly WorldImage[];
  /** The first one is the default fabric. Default: one `fabric-0` with an untagged VLAN. */
  readonly fabrics: readonly WorldFabric[];
  readonly machines: readonly WorldMachine[];
  /** What MAAS knows besides machines. Default: none. */
  readonly otherNodes: readonly WorldOtherNode[];
}

/** A node that is no machine; `type` is MAAS's number for what it is. */
export interface WorldOtherNode {
  readonly hostname: string;
  /** 1 device, 2 rack controller, 3 region controller, 4 region and rack controller. */
  readonly type: number;
  /** Lower case. */
  readonly mac: string;
  /** Addresses of its interfaces, one each; rack controllers serve the VLANs these are in. Default: none. */
  readonly addresses: readonly string[];
}

/** A speed factor above 0, or `instant`: no waiting, but still asynchronous. */
export type Speed = number | "instant";

/** Seconds each transition takes at speed 1. */
export interface Timings {
  /** Default 20. */
  readonly commissioning: number;
  /** The hardware tests that follow commissioning. Default 5. */
  readonly testing: number;
  /** Default 30. */
  readonly deploying: number;
  /** Default 5. */
  readonly releasing: number;
  /** How long disks are erased. Default 10. */
  readonly erasing: number;
  /** Default 20. */
  readonly entering_rescue: number;
  /** Default 5. */
  readonly exiting_rescue: number;
  /** How long a machine still reads `on` after commissioning has ended. Default 1. */
  readonly powerOff: number;
}

/** One boot image, already complete. */
export interface WorldImage {
  /** Such as `ubuntu/noble`, or `custom/x` for an uploaded one. */
  readonly name: string;
  /** Default `amd64`. */
  readonly architecture: string;
  /** Such as `ga-24.04`; at least one. Default `["ga-24.04"]`. */
  readonly kernels: readonly string[];
  /** Default: the name. */
  readonly title: string;
}

/** A fabric that is there from the start. An untagged VLAN is added when none is given. */
export interface WorldFabric {
  /** Default `fabric-<id>`. */
  readonly name?: string;
  readonly vlans: readonly WorldVlan[];
}

/** A VLAN that is there from the start. */
export interface WorldVlan {
  readonly vid: number;
  readonly name?: string;
  /** Default 1500. */
  readonly mtu: number;
  /** Default false. */
  readonly dhcpOn: boolean;
  /** The name of a space, made when it is first mentioned. */
  readonly space?: string;
  readonly subnets: readonly WorldSubnet[];
}

/** A subnet that is there from the start. */
export interface WorldSubnet {
  readonly cidr: string;
  /** Default: the CIDR. */
  readonly name: string;
  readonly gatewayIp?: string;
  readonly dnsServers: readonly string[];
  readonly ranges: readonly WorldRange[];
}

/** An IP range of a subnet. */
export interface WorldRange {
  readonly type: "dynamic" | "reserved";
  readonly startIp: string;
  readonly endIp: string;
}

/** One machine: its hardware, and what MAAS knows of it at the start. */
export interface WorldMachine {
  readonly hostname: string;
  /** Whether MAAS has it as New from the start (default true). If not, a client must create it, by one of its MACs. */
  readonly enlisted: boolean;
  /** Default `amd64/generic`. */
  readonly architecture: string;
  /** `uefi` (default) or `bios`; on BIOS the boot disk's first partition number is taken. */
  readonly bootMethod: "uefi" | "bios";
  /** Default `manual`. */
  readonly powerType: string;
  /**
   * What the BMC answers to. MAAS reaches it only with the same `power_address` and, where given here, the same
   * `power_user` and `power_pass`; other values are kept for an enlisted machine but not compared.
   */
  readonly powerParameters: Readonly<Record<string, string>>;
  readonly system: WorldSystem;
  readonly bios: WorldBios;
  readonly cpu: WorldCpu;
  /** Default 16384. */
  readonly memoryMib: number;
  readonly nics: readonly WorldNic[];
  readonly disks: readonly WorldDisk[];
  /** PCI addresses of NICs that the machine should have but has not. */
  readonly missingNics: readonly string[];
  /** Transitions that fail, once each. */
  readonly fail: readonly Phase[];
  /** How scripts end on it; those not named pass. */
  readonly scripts: readonly ScriptOutcome[];
  /** Kernel modules that are loaded beside those of its NICs. */
  readonly modules: readonly string[];
}

/** How a script ends on a machine. One that fails or runs too long fails the commissioning or the test it is part of. */
export interface ScriptOutcome {
  readonly name: string;
  /** Default "failed". */
  readonly outcome: "passed" | "failed" | "timed_out" | "degraded" | "skipped";
  /** Default 0 or 1, none for a script that ran too long or not at all. */
  readonly exitStatus: number | undefined;
  /** What it prints. */
  readonly output: string | undefined;
}

/** A transition that takes time and can fail. */
export type Phase =
  | "commissioning"
  | "testing"
  | "deploying"
  | "erasing"
  | "releasing"
  | "entering_rescue"
  | "exiting_rescue";

/** What the system reports of itself. */
export interface WorldSystem {
  readonly vendor: string;
  readonly product: string;
  readonly serial: string;
  readonly version: string;
}

/** The system firmware. */
export interface WorldBios {
  readonly vendor: string;
  readonly version: string;
  readonly date: string;
}

/** The processors, all alike. */
export interface WorldCpu {
  readonly model: string;
  readonly sockets: number;
  /** Cores of one socket. */
  readonly cores: number;
  readonly speedMhz: number;
}

/** A network interface card's port. */
export interface WorldNic {
  /** The name the running system gives it, such as `ens3`; MAAS learns it at commissioning. */
  readonly name: string;
  readonly mac: string;
  /** Such as `0000:00:03.0`. */
  readonly pciAddress: string;
  readonly vendor: string;
  readonly product: string;
  readonly driver: string;
  /** PCI ids, four hex digits each. Default `8086` and `1572`. */
  readonly vendorId: string;
  readonly productId: string;
  readonly firmware: string;
  /** Megabits per second. Default 10000. */
  readonly speedMbps: number;
  readonly numaNode: number;
  /**
   * The CIDR of the untagged network its switch port is on. When MAAS has that subnet, commissioning puts the NIC on
   * its VLAN; when it has not, or this is absent, the NIC gets a new fabric of its own.
   */
  readonly network?: string;
  /** The NIC the machine boots from: at most one, by default the first that has a `network`, else the first. */
  readonly boot: boolean;
}

/** A disk. */
export interface WorldDisk {
  /** Such as `sda`. */
  readonly name: string;
  readonly model: string;
  readonly vendor: string;
  readonly serial: string;
  /** Bytes; the file may say `"100G"` (powers of 1000). */
  readonly sizeBytes: number;
  readonly blockSize: number;
  /** The stable path MAAS knows, default `/dev/disk/by-id/scsi-<serial>`. */
  readonly idPath: string;
  /** `host:channel.target.lun` such as `2:0.0.0`; default `<index>:0.0.0`. */
  readonly scsiAddress: string;
  readonly rotary: boolean;
  readonly firmware: string;
  readonly numaNode: number;
}
