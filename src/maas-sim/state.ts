import type { Machine } from "./machine.ts";
import { type DnsRecord, type DnsResource, type Domain, defaultDomain } from "./names/domain.ts";
import { defaultRepositories, type Repository } from "./names/repository.ts";
import type { SshKey } from "./names/ssh-key.ts";
import type { Script } from "./script.ts";
import type { ScriptOutcome, WorldImage, WorldMachine, WorldOtherNode } from "./world/world.ts";

/** A fabric. */
export interface Fabric {
  readonly id: number;
  name: string;
  description: string;
  classType: string | null;
}

/** A VLAN; `vid` 0 is the untagged one every fabric has. */
export interface Vlan {
  readonly id: number;
  vid: number;
  /** Empty when it has no name of its own. */
  name: string;
  fabricId: number;
  mtu: number;
  description: string;
  spaceId: number | null;
  dhcpOn: boolean;
  primaryRack: string | null;
  secondaryRack: string | null;
  relayVlanId: number | null;
}

/** A space. The built-in `undefined` space is not stored. */
export interface Space {
  readonly id: number;
  name: string;
  description: string;
}

/** A subnet; `cidr` is canonical. */
export interface Subnet {
  readonly id: number;
  name: string;
  description: string;
  cidr: string;
  vlanId: number;
  gatewayIp: string | null;
  dnsServers: readonly string[];
  rdnsMode: number;
  allowDns: boolean;
  allowProxy: boolean;
  activeDiscovery: boolean;
  managed: boolean;
  disabledBootArchitectures: readonly string[];
}

/** A dynamic or reserved range of a subnet; both ends belong to it. */
export interface IpRange {
  readonly id: number;
  type: "dynamic" | "reserved";
  startIp: string;
  endIp: string;
  subnetId: number;
  comment: string;
}

/** A static route between two known subnets. */
export interface StaticRoute {
  readonly id: number;
  sourceId: number;
  destinationId: number;
  gatewayIp: string;
  metric: number;
}

/** A tag. With a `definition` its members follow from the hardware and cannot be set. */
export interface Tag {
  name: string;
  definition: string;
  comment: string;
  kernelOpts: string;
}

/** A boot image, complete. */
export interface Image extends WorldImage {
  readonly id: number;
}

/** A simulated piece of hardware: its description, and what has gone wrong with it since. */
export interface Hardware {
  readonly spec: WorldMachine;
  /** PCI addresses of NICs that are not there. */
  readonly missing: Set<string>;
  /** Transitions that fail the next time they run. */
  readonly failures: Set<string>;
  /** How scripts end on it, by name; those it doesn't name pass. */
  readonly scripts: Map<string, ScriptOutcome>;
}

/** A value of the global configuration. */
export type ConfigValue = string | number | boolean | null;

/** The families of ids; each counts for itself. */
export type IdFamily =
  | "fabric"
  | "vlan"
  | "space"
  | "subnet"
  | "range"
  | "route"
  | "image"
  | "interface"
  | "link"
  | "blockdevice"
  | "partition"
  | "filesystem"
  | "volumegroup"
  | "device"
  | "script"
  | "scriptset"
  | "result"
  | "event"
  | "machine"
  | "domain"
  | "dnsresource"
  | "dnsrecord"
  | "repository"
  | "sshkey";

/** Everything the simulated region controller has in its database, and the hardware around it. */
export interface SimState {
  readonly fabrics: Map<number, Fabric>;
  readonly vlans: Map<number, Vlan>;
  readonly spaces: Map<number, Space>;
  readonly subnets: Map<number, Subnet>;
  readonly ranges: Map<number, IpRange>;
  readonly routes: Map<number, StaticRoute>;
  readonly tags: Map<string, Tag>;
  readonly images: Map<number, Image>;
  /** Images of which files are missing, by name, and whether they are being imported. */
  readonly imports: { readonly incomplete: Set<string>; running: boolean };
  readonly scripts: Map<string, Script>;
  readonly domains: Map<number, Domain>;
  readonly dnsResources: Map<number, DnsResource>;
  readonly dnsRecords: Map<number, DnsRecord>;
  readonly repositories: Map<number, Repository>;
  /** Keys of the one user. */
  readonly sshKeys: Map<number, SshKey>;
  readonly config: Map<string, ConfigValue>;
  readonly machines: Map<string, Machine>;
  readonly hardware: Hardware[];
  /** Devices and controllers, by system id. */
  readonly otherNodes: Map<string, WorldOtherNode>;
  /** Addresses in use by links, with the link's id. */
  readonly addresses: Map<string, number>;
  nextId(family: IdFamily): number;
}

const FIRST_IDS: Partial<Record<IdFamily, number>> = { fabric: 0, vlan: 5001, repository: 3 };

/** An empty database. */
export function createState(): SimState {
  const counters = new Map<IdFamily, number>();
  return {
    fabrics: new Map(),
    vlans: new Map(),
    spaces: new Map(),
    subnets: new Map(),
    ranges: new Map(),
    routes: new Map(),
    tags: new Map(),
    images: new Map(),
    imports: { incomplete: new Set(), running: false },
    scripts: new Map(),
    domains: new Map([[0, defaultDomain()]]),
    dnsResources: new Map(),
    dnsRecords: new Map(),
    repositories: new Map(defaultRepositories().map((repository) => [repository.id, repository])),
    sshKeys: new Map(),
    config: new Map(),
    machines: new Map(),
    hardware: [],
    otherNodes: new Map(),
    addresses: new Map(),
    nextId(family) {
      const id = counters.get(family) ?? FIRST_IDS[family] ?? 1;
      counters.set(family, id + 1);
      return id;
    },
  };
}
