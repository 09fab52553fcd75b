import type { Machine } from "../machine.ts";
import { BLOCK, roundDown } from "../size.ts";
import type { BlockDevice, Partition, VolumeGroup } from "./device.ts";

/** Space a partition table takes at the start and the end of a disk. */
const TABLE_OVERHEAD = 2 * BLOCK;

/** What is left of a device: nothing when it carries a filesystem or belongs to a volume group. */
export function availableOn(device: BlockDevice): number {
  if (device.filesystem !== null || isPhysicalVolume(device)) return 0;
  if (device.partitions === null) return roundDown(device.size);
  return Math.max(partitionable(device) - sum(device.partitions.map((partition) => partition.size)), 0);
}

/** The most the next partition of a disk may take. */
export function partitionRoom(device: BlockDevice): number {
  return Math.max(partitionable(device) - sum((device.partitions ?? []).map((partition) => partition.size)), 0);
}

function partitionable(device: BlockDevice): number {
  return roundDown(Math.max(device.size - TABLE_OVERHEAD, 0));
}

/** Whether a device as a whole is a physical volume. */
export function isPhysicalVolume(device: BlockDevice): boolean {
  return device.type === "physical" && device.volumeGroupId !== null;
}

/** The physical volumes of a group. */
export function physicalVolumes(machine: Machine, group: VolumeGroup): (BlockDevice | Partition)[] {
  const found: (BlockDevice | Partition)[] = [];
  for (const device of machine.disks.values()) {
    if (device.type === "physical" && device.volumeGroupId === group.id) found.push(device);
    for (const partition of device.partitions ?? []) if (partition.volumeGroupId === group.id) found.push(partition);
  }
  return found;
}

/** The logical volumes of a group, as block devices. */
export function logicalVolumes(machine: Machine, group: VolumeGroup): BlockDevice[] {
  return [...machine.disks.values()].filter((disk) => disk.type === "virtual" && disk.volumeGroupId === group.id);
}

/** The size of a group: each physical volume loses its metadata, about 4 MiB. */
export function groupSize(machine: Machine, group: VolumeGroup): number {
  return sum(physicalVolumes(machine, group).map((volume) => Math.max(roundDown(volume.size) - BLOCK, 0)));
}

/** What is not cut into logical volumes yet. */
export function groupRoom(machine: Machine, group: VolumeGroup): number {
  return groupSize(machine, group) - sum(logicalVolumes(machine, group).map((volume) => volume.size));
}

/** The name a block device shows: a logical volume has its group's in front. */
export function deviceName(machine: Machine, device: BlockDevice): string {
  const group = device.type === "virtual" ? machine.volumeGroups.get(device.volumeGroupId ?? -1) : undefined;
  return group === undefined ? device.name : `${group.name}-${device.name}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
