import { parseBytes } from "../design/size.ts";
import type { TreeMap } from "../design/tree.ts";
import { textAt } from "./read-tree.ts";

/** A network interface of a machine as built. */
export interface BuiltNic {
  readonly logicalName: string;
  readonly pciAddress: string;
  readonly mac: string;
  readonly vendor: string;
  readonly product: string;
  readonly firmwareVersion: string;
}

/** A disk of a machine as built; `sizeBytes` is decimal text. */
export interface BuiltDisk {
  readonly logicalName: string;
  readonly scsiAddress: string;
  readonly serial: string;
  readonly wwn: string;
  readonly model: string;
  readonly sizeBytes: string;
  readonly firmwareVersion: string;
}

/** A device on a PCI bus of a machine as built; ids are four lower-case hex digits. */
export interface BuiltDevice {
  readonly pciAddress: string;
  readonly vendorId: string;
  readonly productId: string;
  /** Kernel module in use for it. */
  readonly driver: string;
}

/** What a machine is made of, as far as it is compared. What isn't known is empty or 0. */
export interface BuiltHardware {
  readonly systemVendor: string;
  readonly systemProduct: string;
  readonly firmwareVersion: string;
  /** "bios" or "uefi". */
  readonly bootMode: string;
  readonly architecture: string;
  readonly cpuModel: string;
  /** Logical processors. */
  readonly cpuCount: number;
  readonly memoryMib: number;
  readonly nics: readonly BuiltNic[];
  readonly disks: readonly BuiltDisk[];
  readonly devices: readonly BuiltDevice[];
  /** Kernel modules that are loaded. */
  readonly modules: readonly string[];
  /** "node" for the machine's own report as it is installed, else who saw it. */
  readonly source: string;
}

/** A device that fits an alias. */
export interface FoundDevice {
  /** What it calls itself: maker and model. */
  readonly text: string;
  readonly firmwareVersion: string;
  /** Decimal; empty for what has no size. */
  readonly sizeBytes: string;
}

/** How an alias names its device, and which devices of a machine fit. */
export interface DeviceSearch {
  /** The field of the alias that says where the device is: "address", "serial", "wwn", "mac" or "min_size". */
  readonly field: string;
  /** What is asked for in words, such as "device at PCI 0000:00:03.0". */
  readonly wanted: string;
  /** What that field says. */
  readonly designed: string;
  /** The devices that fit. */
  readonly found: readonly FoundDevice[];
  /** The same field of every device of that sort, for a reader who looks for the mistake. */
  readonly others: readonly string[];
}

interface Rule {
  readonly field: string;
  readonly wanted: (designed: string) => string;
  readonly devices: (built: BuiltHardware) => readonly { readonly at: string; readonly device: FoundDevice }[];
  readonly fits: (designed: string, at: string) => boolean;
}

const same = (designed: string, at: string): boolean => bare(designed) === bare(at);
const nicsBy = (key: "pciAddress" | "mac") => (built: BuiltHardware) =>
  built.nics.map(({ vendor, product, firmwareVersion, ...nic }) => ({
    at: nic[key],
    device: { text: `${vendor} ${product}`.trim(), firmwareVersion, sizeBytes: "" },
  }));
const disksBy = (key: "scsiAddress" | "serial" | "wwn" | "sizeBytes") => (built: BuiltHardware) =>
  built.disks.map(({ model, firmwareVersion, sizeBytes, ...disk }) => ({
    at: { ...disk, sizeBytes }[key],
    device: { text: model, firmwareVersion, sizeBytes },
  }));

const PCI: Rule = {
  field: "address",
  wanted: (designed) => `device at PCI ${designed}`,
  devices: nicsBy("pciAddress"),
  fits: fitsAddress,
};
const SCSI: Rule = {
  field: "address",
  wanted: (designed) => `device at SCSI ${designed}`,
  devices: disksBy("scsiAddress"),
  fits: same,
};
const OTHERS: readonly Rule[] = [
  { field: "serial", wanted: (value) => `disk with serial number ${value}`, devices: disksBy("serial"), fits: same },
  { field: "wwn", wanted: (value) => `disk with WWN ${value}`, devices: disksBy("wwn"), fits: same },
  {
    field: "mac",
    wanted: (value) => `interface with MAC ${value}`,
    devices: nicsBy("mac"),
    fits: same,
  },
  {
    field: "min_size",
    wanted: (value) => `disk of at least ${value}`,
    devices: disksBy("sizeBytes"),
    fits: isAtLeast,
  },
];

/** Looks an alias of a hardware profile up in a machine; undefined when the alias doesn't say where its device is. */
export function findDevice(alias: TreeMap, built: BuiltHardware): DeviceSearch | undefined {
  const busRule = textAt(alias, "bus_type") === "scsi" ? SCSI : PCI;
  const rule = [busRule, ...OTHERS].find(({ field }) => textAt(alias, field) !== "");
  if (rule === undefined) return undefined;
  const designed = textAt(alias, rule.field);
  const devices = rule.devices(built);
  return {
    field: rule.field,
    wanted: rule.wanted(designed),
    designed,
    found: devices.filter(({ at }) => rule.fits(designed, at)).map(({ device }) => device),
    others: devices.map(({ at }) => at).filter((at) => at !== ""),
  };
}

function bare(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^(?:pci|scsi)@/, "");
}

function isAtLeast(designed: string, at: string): boolean {
  const [least, bytes] = [parseBytes(designed), parseBytes(at)];
  return least !== undefined && bytes !== undefined && bytes >= least;
}

/** The same address, or one that begins with the pattern behind `regexp:`. */
function fitsAddress(designed: string, at: string): boolean {
  const source = /^regexp:(.+)$/.exec(designed)?.[1];
  if (source === undefined) return same(designed, at);
  try {
    return new RegExp(`^(?:${source})`, "i").test(bare(at));
  } catch {
    return false;
  }
}
