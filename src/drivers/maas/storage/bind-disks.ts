import type { AliasSpec, ServerSpec, StorageSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { hardwareMismatch } from "../driver-error.ts";
import { type PciDevice, pciAddress } from "../hardware/pci-devices.ts";
import { aliasPlace } from "../network/bind-nics.ts";
import type { Machine } from "../server/machine.ts";
import { listed } from "../text.ts";
import type { BlockDevice } from "./block-device.ts";
import { leastBytes, parseSize } from "./size.ts";

/** Where a machine's disks sit, as far as binding needs it. */
export interface DiskPlaces {
  /** SCSI addresses by disk id. */
  readonly scsi: ReadonlyMap<number, string>;
  readonly pci: readonly PciDevice[];
}

/** The devices a storage specification names, the boot device first. */
export function namedDevices(storage: StorageSpec): string[] {
  const names = [storage.bootDevice, ...storage.disks.map(({ device }) => device)];
  return [...new Set(names.filter((name) => name !== ""))];
}

/** The aliases of those devices that need a bus's addresses. */
export function needsBus(spec: ServerSpec, bus: "pci" | "scsi"): boolean {
  const names = spec.storage === undefined ? [] : namedDevices(spec.storage);
  return spec.aliases.some(({ alias, address, busType }) => names.includes(alias) && address !== "" && busType === bus);
}

/**
 * Finds the disk each device of the storage specification means, by alias first, else by its name or path. HARDWARE_MISMATCH,
 * naming alias, address and candidates, unless each means exactly one and no two mean the same.
 */
export function bindDisks(spec: ServerSpec, machine: Machine, places: DiskPlaces): Map<string, BlockDevice> {
  const physical = machine.disks.filter(({ type }) => type === "physical");
  const bound = new Map<string, BlockDevice>();
  if (spec.storage === undefined) return bound;
  for (const device of namedDevices(spec.storage)) {
    const alias = spec.aliases.find((candidate) => candidate.alias === device);
    const found = alias ? expected(alias, fitting(alias, physical, places)) : physical.filter(isNamed(device));
    const [disk] = found;
    if (disk === undefined || found.length > 1) throw mismatch(machine, device, alias, found, physical, places);
    const other = [...bound].find(([, { id }]) => id === disk.id)?.[0];
    if (other !== undefined) throw twice(machine, device, other, disk);
    bound.set(device, disk);
  }
  return bound;
}

function isNamed(device: string): (disk: BlockDevice) => boolean {
  const name = device.replace(/^\/dev\/(?:disk\/by-dname\/)?/, "");
  return (disk) => disk.name === name || (disk.idPath !== "" && disk.idPath === device);
}

/** Of several disks those of the model the alias expects; what it expects alone names no disk. */
function expected({ devType }: AliasSpec, found: readonly BlockDevice[]): readonly BlockDevice[] {
  if (devType === "" || found.length < 2) return found;
  const model = devType.toLowerCase();
  const those = found.filter((disk) => disk.model.toLowerCase().includes(model));
  return those.length === 0 ? found : those;
}

function fitting(alias: AliasSpec, physical: readonly BlockDevice[], { scsi, pci }: DiskPlaces): BlockDevice[] {
  if (alias.address !== "") {
    if (alias.busType === "pci") {
      const ids = pci.filter(({ address }) => address === pciAddress(alias.address)).map(({ diskId }) => diskId);
      return physical.filter(({ id }) => ids.includes(id));
    }
    const wanted = alias.address.trim().replace(/^scsi@/i, "");
    return physical.filter(({ id }) => scsi.get(id) === wanted);
  }
  if (alias.serial !== "") return physical.filter(({ serial }) => serial === alias.serial);
  if (alias.wwn !== "") return physical.filter((disk) => wwnOf(disk) === plainWwn(alias.wwn));
  if (alias.minSize === "") return [];
  const least = parseSize(alias.minSize, `spec.aliases[${JSON.stringify(alias.alias)}].min_size`);
  return physical.filter(({ size }) => size >= leastBytes(least, size));
}

function plainWwn(wwn: string): string {
  return wwn
    .trim()
    .toLowerCase()
    .replace(/^(?:wwn-|naa\.)?(?:0x)?/, "");
}

/** The world wide name of a disk without "0x"; empty when MAAS does not know it. */
export function wwnOf({ idPath }: BlockDevice): string {
  return /\/wwn-0x([0-9a-f]+)/i.exec(idPath)?.[1]?.toLowerCase() ?? "";
}

function mismatch(
  machine: Machine,
  device: string,
  alias: AliasSpec | undefined,
  found: readonly BlockDevice[],
  physical: readonly BlockDevice[],
  { scsi }: DiskPlaces,
): Error {
  const what = alias === undefined ? `device ${device}` : `alias ${device} (${aliasPlace(alias)})`;
  const candidates = (found.length > 0 ? found : physical).map((disk) => {
    const address = scsi.get(disk.id);
    return [disk.name, disk.model, disk.serial, address && `at ${address}`].filter(Boolean).join(" ");
  });
  const fits = found.length === 0 ? "no disk" : `${found.length} disks`;
  return hardwareMismatch(
    machine.hostname,
    `${what} fits ${fits} of machine ${machine.hostname}; it has ${listed(candidates) || "none"}`,
    "mend the alias in the hardware profile, or the machine, then commission it again",
  );
}

function twice({ hostname }: Machine, device: string, other: string, { name, serial }: BlockDevice): Error {
  return hardwareMismatch(
    hostname,
    `${other} and ${device} both mean disk ${[name, serial].filter(Boolean).join(" ")} of machine ${hostname}`,
    "mend the aliases in the hardware profile, or describe the disk once",
  );
}
