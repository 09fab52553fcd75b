import { member } from "../field.ts";

/** Path of a partition in the specification; of its disk when it has no name. */
export function partitionField(device: string, name: string): string {
  const disk = member("storage.disks", device);
  return name === "" ? disk : `${disk}.${member("partitions", name)}`;
}

/** Path of a volume group in the specification. */
export function groupField(name: string): string {
  return member("storage.volume_groups", name);
}

/** Path of a logical volume in the specification. */
export function volumeField(group: string, name: string): string {
  return `${groupField(group)}.${member("logical_volumes", name)}`;
}
