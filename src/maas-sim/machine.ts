import type { Interface } from "./network/interface.ts";
import type { ScriptSet } from "./script.ts";
import type { Hardware } from "./state.ts";
import { STATUS, type Status } from "./status.ts";
import type { Bcache, BlockDevice, CacheSet, Raid, SpecialFilesystem, VolumeGroup } from "./storage/device.ts";

/** What MAAS believes a machine's power to be. */
export type PowerState = "on" | "off" | "unknown" | "error";

/** A power parameter: a text, or a list for the few that take several. */
export type PowerValue = string | readonly string[];

/** A PCI device found at commissioning. */
export interface PciDevice {
  readonly id: number;
  readonly pciAddress: string;
  readonly vendor: string;
  readonly product: string;
  readonly driver: string;
  readonly vendorId: string;
  readonly productId: string;
  readonly numaNode: number;
  /** The physical interface on it, or null. */
  readonly interfaceId: number | null;
}

/** A machine as the database has it. */
export interface Machine {
  readonly systemId: string;
  hostname: string;
  domainId: number;
  description: string;
  architecture: string;
  minHweKernel: string;
  hweKernel: string;
  osystem: string;
  distroSeries: string;
  status: Status;
  /** The state `abort` and the end of a test return to. */
  previousStatus: Status;
  statusMessage: string;
  errorDescription: string;
  owner: string | null;
  agentName: string;
  readonly annotations: Map<string, string>;
  locked: boolean;
  powerState: PowerState;
  powerType: string;
  powerParameters: Readonly<Record<string, PowerValue>>;
  cpuCount: number;
  cpuSpeed: number;
  memoryMib: number;
  swapSize: number | null;
  hardwareUuid: string;
  /** Empty until commissioning has filled it. */
  hardwareInfo: Readonly<Record<string, string>>;
  readonly tags: Set<string>;
  readonly interfaces: Map<number, Interface>;
  bootInterfaceId: number | null;
  readonly disks: Map<number, BlockDevice>;
  readonly volumeGroups: Map<number, VolumeGroup>;
  readonly raids: Map<number, Raid>;
  readonly bcaches: Map<number, Bcache>;
  readonly cacheSets: Map<number, CacheSet>;
  /** File systems in memory. */
  specialFilesystems: readonly SpecialFilesystem[];
  bootDiskId: number | null;
  /** Link ids set as default gateways. */
  gatewayLink4: number | null;
  gatewayLink6: number | null;
  pciDevices: readonly PciDevice[];
  readonly scriptSets: ScriptSet[];
  /** The hardware this record stands for; null when no machine of the world has its MACs. */
  hardware: Hardware | null;
  /** Cancels the transition under way. */
  cancelTransition: (() => void) | null;
  /** What `deploy` was given for the node, as it was sent. */
  userData: string;
  ephemeral: boolean;
  hwSync: boolean;
}

/** A machine that was just enlisted. */
export function createMachine(
  systemId: string,
  fields: Pick<Machine, "hostname" | "architecture" | "powerType" | "powerParameters" | "hardware"> & {
    description?: string;
  },
): Machine {
  return {
    systemId,
    domainId: 0,
    description: "",
    minHweKernel: "",
    hweKernel: "",
    osystem: "",
    distroSeries: "",
    status: STATUS.NEW,
    previousStatus: STATUS.NEW,
    statusMessage: "",
    errorDescription: "",
    owner: null,
    agentName: "",
    annotations: new Map(),
    locked: false,
    powerState: fields.powerType === "manual" ? "unknown" : "off",
    cpuCount: 0,
    cpuSpeed: 0,
    memoryMib: 0,
    swapSize: null,
    hardwareUuid: "",
    hardwareInfo: {},
    tags: new Set(),
    interfaces: new Map(),
    bootInterfaceId: null,
    disks: new Map(),
    volumeGroups: new Map(),
    raids: new Map(),
    bcaches: new Map(),
    cacheSets: new Map(),
    specialFilesystems: [],
    bootDiskId: null,
    gatewayLink4: null,
    gatewayLink6: null,
    pciDevices: [],
    scriptSets: [],
    cancelTransition: null,
    userData: "",
    ephemeral: false,
    hwSync: false,
    ...fields,
  };
}
