import type { Hardware } from "../state.ts";
import type { WorldDisk, WorldNic } from "../world/world.ts";
import { hardwareUuid, presentNics } from "./present.ts";

/** A node of lshw's tree, with lshw's own member names. */
export interface LshwNode {
  readonly id: string;
  readonly class: string;
  readonly claimed: boolean;
  readonly handle?: string;
  readonly description?: string;
  readonly product?: string;
  readonly vendor?: string;
  readonly physid?: string;
  readonly businfo?: string;
  readonly logicalname?: string;
  readonly version?: string;
  readonly serial?: string;
  readonly date?: string;
  readonly slot?: string;
  readonly units?: string;
  readonly size?: number;
  readonly capacity?: number;
  readonly width?: number;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly capabilities?: Readonly<Record<string, string | boolean>>;
  readonly children?: readonly LshwNode[];
}

/** What `lshw` prints on a machine: one system node and the hardware that is really there below it. */
export function lshwTree(hardware: Hardware): LshwNode {
  const { spec } = hardware;
  return {
    id: spec.hostname,
    class: "system",
    claimed: true,
    handle: "DMI:0100",
    description: "Rack Mount Chassis",
    product: spec.system.product,
    vendor: spec.system.vendor,
    version: spec.system.version,
    serial: spec.system.serial,
    width: 64,
    configuration: { boot: "normal", chassis: "rackmount", uuid: hardwareUuid(hardware) },
    capabilities: { "smbios-3.2.0": "SMBIOS version 3.2.0", "dmi-3.2.0": "DMI version 3.2.0" },
    children: [coreNode(hardware)],
  };
}

function coreNode(hardware: Hardware): LshwNode {
  const { spec } = hardware;
  const cpus = Array.from({ length: spec.cpu.sockets }, (_, index): LshwNode => {
    const { cores, model, speedMhz } = spec.cpu;
    const id = spec.cpu.sockets === 1 ? "cpu" : `cpu:${index}`;
    return {
      id,
      class: "processor",
      claimed: true,
      handle: `DMI:040${index}`,
      description: "CPU",
      product: model,
      vendor: model.includes("AMD") ? "Advanced Micro Devices [AMD]" : "Intel Corp.",
      physid: String(400 + index),
      businfo: `cpu@${index}`,
      slot: `CPU${index + 1}`,
      units: "Hz",
      size: speedMhz * 1e6,
      capacity: speedMhz * 1e6,
      width: 64,
      configuration: { cores: String(cores), enabledcores: String(cores), threads: String(cores) },
    };
  });
  const memory: LshwNode = {
    id: "memory",
    class: "memory",
    claimed: true,
    handle: "DMI:1000",
    description: "System Memory",
    physid: "1000",
    slot: "System board or motherboard",
    units: "bytes",
    size: spec.memoryMib * 1024 * 1024,
  };
  const firmware: LshwNode = {
    id: "firmware",
    class: "memory",
    claimed: true,
    description: "BIOS",
    vendor: spec.bios.vendor,
    physid: "0",
    version: spec.bios.version,
    date: spec.bios.date,
    units: "bytes",
    size: 98_304,
    capabilities: { uefi: spec.bootMethod === "uefi" },
  };
  return {
    id: "core",
    class: "bus",
    claimed: true,
    handle: "DMI:0200",
    description: "Motherboard",
    product: spec.system.product,
    vendor: spec.system.vendor,
    physid: "0",
    version: spec.system.version,
    serial: spec.system.serial,
    children: [firmware, ...cpus, memory, pciNode(hardware)],
  };
}

function pciNode(hardware: Hardware): LshwNode {
  const nics = presentNics(hardware);
  const network = nics.map((nic, index) => networkNode(nic, nics.length === 1 ? "network" : `network:${index}`));
  return {
    id: "pci",
    class: "bridge",
    claimed: true,
    handle: "PCIBUS:0000:00",
    description: "Host bridge",
    product: "82G33/G31/P35/P31 Express DRAM Controller",
    vendor: "Intel Corporation",
    physid: "100",
    businfo: "pci@0000:00:00.0",
    version: "00",
    width: 32,
    children: [...network, ...storageNodes(hardware.spec.disks)],
  };
}

function networkNode(nic: WorldNic, id: string): LshwNode {
  return {
    id,
    class: "network",
    claimed: true,
    handle: `PCI:${nic.pciAddress}`,
    description: "Ethernet interface",
    product: nic.product,
    vendor: nic.vendor,
    physid: physid(nic.pciAddress),
    businfo: `pci@${nic.pciAddress}`,
    logicalname: nic.name,
    version: "02",
    serial: nic.mac,
    units: "bit/s",
    size: nic.speedMbps * 1e6,
    capacity: nic.speedMbps * 1e6,
    width: 64,
    configuration: {
      autonegotiation: "off",
      broadcast: "yes",
      driver: nic.driver,
      firmware: nic.firmware,
      link: "yes",
    },
    capabilities: {
      pm: "Power Management",
      bus_master: "bus mastering",
      ethernet: true,
      physical: "Physical interface",
    },
  };
}

function physid(pciAddress: string): string {
  const [slot = "0", fn = "0"] = (pciAddress.split(":")[2] ?? "0.0").split(".");
  const device = Number.parseInt(slot, 16).toString(16);
  return fn === "0" ? device : `${device}.${fn}`;
}

/** One SCSI controller for each host number the disks use. */
function storageNodes(disks: readonly WorldDisk[]): LshwNode[] {
  const hosts = [...new Set(disks.map((disk) => disk.scsiAddress.split(":")[0] ?? "0"))].sort(
    (a, b) => Number(a) - Number(b),
  );
  return hosts.map((host, index) => {
    const mine = disks.filter((disk) => disk.scsiAddress.startsWith(`${host}:`));
    const address = `0000:00:1f.${index % 8}`;
    return {
      id: hosts.length === 1 ? "storage" : `storage:${index}`,
      class: "storage",
      claimed: true,
      handle: `PCI:${address}`,
      description: "SATA controller",
      product: "82801IR/IO/IH (ICH9R/DO/DH) 6 port SATA Controller [AHCI mode]",
      vendor: "Intel Corporation",
      physid: physid(address),
      businfo: `pci@${address}`,
      logicalname: `scsi${host}`,
      version: "02",
      width: 32,
      configuration: { driver: "ahci", latency: "0" },
      children: mine.map((disk, position) => diskNode(disk, mine.length === 1 ? "disk" : `disk:${position}`)),
    };
  });
}

function diskNode(disk: WorldDisk, id: string): LshwNode {
  const [host = "0", rest = "0.0.0"] = disk.scsiAddress.split(":");
  const parts = [host, ...rest.split(".")].map((part) => part.padStart(2, "0"));
  return {
    id,
    class: "disk",
    claimed: true,
    handle: `SCSI:${parts.join(":")}`,
    description: "ATA Disk",
    product: disk.model,
    vendor: disk.vendor,
    physid: rest,
    businfo: `scsi@${disk.scsiAddress}`,
    logicalname: `/dev/${disk.name}`,
    version: disk.firmware,
    serial: disk.serial,
    units: "bytes",
    size: disk.sizeBytes,
    configuration: { ansiversion: "5", logicalsectorsize: String(disk.blockSize), sectorsize: String(disk.blockSize) },
    capabilities: disk.rotary ? { "7200rpm": "7200 rotations per minute" } : {},
  };
}
