import type { Machine } from "../machine.ts";
import { BLOCK, roundDown } from "../size.ts";
import type { BlockDevice, Holder, MemberType, Partition, Raid, VolumeGroup } from "./device.ts";

const MIB = 1024 * 1024;

/** What a partition table takes: its start, its end, and the boot loader's place on a machine that needs one. */
function tableSize(machine: Machine): number {
  const [architecture] = machine.architecture.split("/");
  if (architecture === "ppc64el") return 13 * MIB;
  return architecture === "amd64" && machine.hardware?.spec.bootMethod === "bios" ? 6 * MIB : 5 * MIB;
}

/** What is left of a device: nothing when it carries a filesystem or belongs to something. */
export function availableOn(machine: Machine, device: BlockDevice): number {
  if (device.filesystem !== null || device.member !== null) return 0;
  return device.partitions === null ? device.size : partitionRoom(machine, device);
}

/** The most the next partition of a disk may take. */
export function partitionRoom(machine: Machine, device: BlockDevice): number {
  const used = sum((device.partitions ?? []).map((partition) => partition.size));
  return roundDown(Math.max(device.size - used - tableSize(machine), 0));
}

/** Whether nothing is on a device or partition. */
export function isFree(holder: Holder): boolean {
  const hasTable = "partitions" in holder && holder.partitions !== null;
  return holder.filesystem === null && holder.member === null && !hasTable;
}

/** The devices and partitions that belong to a stack in one of these ways. */
export function membersOf(machine: Machine, id: number, ...types: readonly MemberType[]): Holder[] {
  return [...machine.disks.values()]
    .flatMap((device): Holder[] => [device, ...(device.partitions ?? [])])
    .filter(({ member }) => member?.id === id && types.includes(member.type));
}

/** The physical volumes of a group. */
export function physicalVolumes(machine: Machine, group: VolumeGroup): Holder[] {
  return membersOf(machine, group.id, "lvm-pv");
}

/** The logical volumes of a group, as block devices. */
export function logicalVolumes(machine: Machine, group: VolumeGroup): BlockDevice[] {
  return [...machine.disks.values()].filter(({ origin }) => origin?.kind === "volume-group" && origin.id === group.id);
}

/** The size of a group: whole extents of 4 MiB, one of each physical volume for its metadata. */
export function groupSize(machine: Machine, group: VolumeGroup): number {
  return sizeOfVolumes(physicalVolumes(machine, group));
}

/** The size of a group of these physical volumes. */
export function sizeOfVolumes(volumes: readonly { readonly size: number }[]): number {
  const bytes = roundDown(sum(volumes.map(({ size }) => size)));
  return Math.max(bytes - BLOCK * volumes.length, 0);
}

/** What is not cut into logical volumes yet. */
export function groupRoom(machine: Machine, group: VolumeGroup): number {
  return groupSize(machine, group) - sum(logicalVolumes(machine, group).map((volume) => volume.size));
}

const SUPERBLOCK = 128 * 1024;

/** The size of a RAID, from its smallest member. */
export function raidSize(machine: Machine, { id, level }: Pick<Raid, "id" | "level">): number {
  const active = membersOf(machine, id, "raid").map(({ size }) => size);
  const smallest = Math.min(...active, ...membersOf(machine, id, "raid-spare").map(({ size }) => size));
  const data = {
    "raid-0": 0,
    "raid-1": 1,
    "raid-5": active.length - 1,
    "raid-6": active.length - 2,
    "raid-10": active.length / 2,
  };
  if (level === "raid-0") return sum(active) - SUPERBLOCK * active.length;
  return Math.floor(smallest * data[level]) - SUPERBLOCK;
}

/** The name a block device shows: a logical volume has its group's in front. */
export function deviceName(machine: Machine, device: BlockDevice): string {
  const { origin } = device;
  const group = origin?.kind === "volume-group" ? machine.volumeGroups.get(origin.id) : undefined;
  return group === undefined ? device.name : `${group.name}-${device.name}`;
}

/** The number of a partition in its path. On a BIOS machine the boot disk's first is the boot loader's. */
export function partitionNumber(machine: Machine, device: BlockDevice, partition: Partition): number {
  const isReserved = device.id === machine.bootDiskId && machine.hardware?.spec.bootMethod === "bios";
  return (device.partitions ?? []).indexOf(partition) + (isReserved ? 2 : 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
