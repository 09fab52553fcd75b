import { member } from "../field.ts";

/** Path of a disk in the specification. */
export function diskField(device: string): string {
  return member("storage.disks", device);
}

/** Path of a partition in the specification; of its disk when it has no name. */
export function partitionField(device: string, name: string): string {
  return name === "" ? diskField(device) : `${diskField(device)}.${member("partitions", name)}`;
}

/** Path of a volume group in the specification. */
export function groupField(name: string): string {
  return member("storage.volume_groups", name);
}

/** Path of a logical volume in the specification. */
export function volumeField(group: string, name: string): string {
  return `${groupField(group)}.${member("logical_volumes", name)}`;
}

/** Path of a RAID in the specification. */
export function raidField(name: string): string {
  return member("storage.raids", name);
}
