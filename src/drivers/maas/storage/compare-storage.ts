import type { BlockDevice, Partition } from "./block-device.ts";
import { type FittedPartition, fitPartitions, partitionRoom } from "./fit-partitions.ts";
import { type FittedGroup, fitGroup } from "./fit-volumes.ts";
import { groupBytes, raidBytes } from "./stack-size.ts";
import type { Staged, StagedDisk } from "./stage-disks.ts";
import {
  type Bcache,
  type CacheSet,
  type Members,
  type Raid,
  raidDevice,
  type StorageView,
  type VolumeGroup,
} from "./storage-view.ts";
import type { WantedGroup, WantedRaid, WantedUse } from "./wanted-storage.ts";

/** Something made of disks and partitions. */
export type Stack =
  | { readonly kind: "group"; readonly group: VolumeGroup }
  | { readonly kind: "raid"; readonly raid: Raid }
  | { readonly kind: "bcache"; readonly bcache: Bcache }
  | { readonly kind: "cacheSet"; readonly cacheSet: CacheSet };

/** Something that must go. */
export type Doomed =
  | Stack
  | { readonly kind: "partition"; readonly disk: BlockDevice; readonly partition: Partition }
  | { readonly kind: "volume"; readonly group: VolumeGroup; readonly volume: BlockDevice };

/** A member of a group or RAID: a disk, a partition, or one that is not there yet. `size` is in bytes, about. */
export type Member =
  | { readonly kind: "disk" | "partition"; readonly id: number; readonly size: bigint }
  | { readonly kind: "absent"; readonly size: bigint };

/** A disk with what is there of what it is to hold. */
export interface ComparedDisk {
  readonly staged: StagedDisk;
  readonly partitions: readonly FittedPartition[];
}

/** A RAID with what is there of it. */
export interface ComparedRaid {
  readonly wanted: WantedRaid;
  /** Undefined when it is to be made. */
  readonly present: Raid | undefined;
  readonly device: BlockDevice | undefined;
  readonly active: readonly Member[];
  readonly spares: readonly Member[];
}

/** A volume group with what is there of it. */
export interface ComparedGroup extends FittedGroup {
  readonly wanted: WantedGroup;
  /** Undefined when it is to be made. */
  readonly present: VolumeGroup | undefined;
  readonly members: readonly Member[];
  /** Those a group that is there lacks. */
  readonly missing: readonly Member[];
}

/** What is there of what is wanted, and what must go for the rest. */
export interface Comparison {
  readonly disks: readonly ComparedDisk[];
  readonly raids: readonly ComparedRaid[];
  readonly groups: readonly ComparedGroup[];
  readonly doomed: readonly Doomed[];
  /** Disks that hold a datastore of VMware in the way of what is wanted. */
  readonly datastores: readonly BlockDevice[];
}

/**
 * Compares the storage of a machine with what is wanted, from the disks upwards. What is there as wanted is kept; what uses a
 * disk, partition or RAID of the specification otherwise must go. HARDWARE_MISMATCH when something doesn't fit.
 */
export function compareStorage(view: StorageView, staged: Staged): Comparison {
  const { machine } = view;
  const disks = staged.disks.map((disk) => ({
    staged: disk,
    partitions: disk.content.kind === "partitions" ? fitPartitions(machine, disk.disk, disk.content.partitions) : [],
  }));
  const wholes = new Map(staged.disks.map((disk) => [disk, wholeMember(view, staged, disk)]));
  const membersFor = (fits: (use: WantedUse) => boolean): Member[] =>
    disks.flatMap(({ staged: disk, partitions }) => {
      const whole = wholes.get(disk);
      if (disk.content.kind === "whole" && whole !== undefined) return fits(disk.content.use) ? [whole] : [];
      return partitions.filter(({ wanted }) => fits(wanted.use)).map(partitionMember);
    });
  const raids = staged.raids.map((wanted): ComparedRaid => {
    const of = (isSpare: boolean) => (use: WantedUse) =>
      use.kind === "raid" && use.name === wanted.name && use.isSpare === isSpare;
    const [active, spares] = [membersFor(of(false)), membersFor(of(true))];
    const found = view.raids.find(({ name }) => name === wanted.name);
    const device = found && raidDevice(view, found);
    const present =
      device !== undefined && found !== undefined && isRaid(found, wanted, active, spares) ? found : undefined;
    return { wanted, present, device: present && device, active, spares };
  });
  const groups = staged.groups.map((wanted): ComparedGroup => {
    const fits = (use: WantedUse) => use.kind === "group" && use.name === wanted.name;
    const members = [...membersFor(fits), ...raids.filter((raid) => fits(raid.wanted.use)).map(raidMember)];
    const found = view.groups.find(({ name }) => name === wanted.name);
    const present = found !== undefined && isGroup(found, wanted, members) ? found : undefined;
    const missing = present === undefined ? [] : members.filter((member) => !isAmong(member, present));
    const total =
      present !== undefined && missing.length === 0 ? present.size : groupBytes(members.map(({ size }) => size));
    return { wanted, present, members, missing, ...fitGroup(view, wanted, present, total) };
  });
  const kept = { disks, raids, groups, wholes };
  return {
    ...kept,
    doomed: doomedBy(view, staged, kept),
    datastores: staged.disks
      .filter(({ content, disk }) => content.kind !== "alone" && disk.partitions.some((part) => part.isDatastore))
      .map(({ disk }) => disk),
  };
}

function partitionMember({ present, size }: FittedPartition): Member {
  return present === undefined ? { kind: "absent", size } : { kind: "partition", id: present.id, size };
}

function raidMember({ device, wanted, active, spares }: ComparedRaid): Member {
  if (device !== undefined) return { kind: "disk", id: device.id, size: device.size };
  return {
    kind: "absent",
    size: raidBytes(
      wanted.level,
      active.map(({ size }) => size),
      spares.map(({ size }) => size),
    ),
  };
}

/**
 * A disk that belongs to something as a whole; MAAS makes one partition of a boot disk for it, and of the others of its RAID.
 * The disk itself must leave what it is in before it becomes the boot disk.
 */
function wholeMember(view: StorageView, staged: Staged, { disk, content }: StagedDisk): Member | undefined {
  if (content.kind !== "whole") return undefined;
  const { use } = content;
  const named = [
    ...view.groups.filter(({ name }) => use.kind === "group" && use.name === name),
    ...view.raids.filter(({ name }) => use.kind === "raid" && use.name === name).flatMap((raid) => [raid, raid.spares]),
  ];
  const [only, ...others] = disk.partitions;
  if (only !== undefined && others.length === 0 && named.some(({ partitionIds }) => partitionIds.includes(only.id))) {
    return { kind: "partition", id: only.id, size: only.size };
  }
  const isBootDisk = disk.id === (staged.bootDisk?.id ?? view.machine.bootDiskId);
  const mustLeave = isBootDisk && view.machine.bootDiskId !== disk.id && stacksOn(view, "disk", disk.id).length > 0;
  const size = isBootDisk ? partitionRoom(view.machine, { ...disk, partitions: [] }) : disk.size;
  return mustLeave ? { kind: "absent", size } : { kind: "disk", id: disk.id, size };
}

function isRaid(raid: Raid, wanted: WantedRaid, active: readonly Member[], spares: readonly Member[]): boolean {
  return (
    raid.level === wanted.level &&
    (wanted.uuid === "" || raid.uuid.toLowerCase() === wanted.uuid.toLowerCase()) &&
    isExactly(raid, active) &&
    isExactly(raid.spares, spares)
  );
}

function isExactly(present: Members, wanted: readonly Member[]): boolean {
  return count(present) === wanted.length && wanted.every((member) => isAmong(member, present));
}

/** A group may lack members, which are added, but has none it is not to have: a group doesn't shrink below its volumes. */
function isGroup(group: VolumeGroup, { uuid }: WantedGroup, members: readonly Member[]): boolean {
  const common = members.filter((member) => isAmong(member, group)).length;
  return common === count(group) && common > 0 && (uuid === "" || group.uuid.toLowerCase() === uuid.toLowerCase());
}

function count({ diskIds, partitionIds }: Members): number {
  return diskIds.length + partitionIds.length;
}

function isAmong(member: Member, { diskIds, partitionIds }: Members): boolean {
  if (member.kind === "absent") return false;
  return (member.kind === "disk" ? diskIds : partitionIds).includes(member.id);
}

/** What a disk, the device of a RAID or volume, or a partition is part of. */
export function stacksOn(
  { groups, raids, bcaches, cacheSets }: StorageView,
  kind: "disk" | "partition",
  id: number,
): Stack[] {
  const has = ({ diskIds, partitionIds }: Members) => (kind === "disk" ? diskIds : partitionIds).includes(id);
  return [
    ...groups.filter(has).map((group): Stack => ({ kind: "group", group })),
    ...raids.filter((raid) => has(raid) || has(raid.spares)).map((raid): Stack => ({ kind: "raid", raid })),
    ...bcaches.filter(has).map((bcache): Stack => ({ kind: "bcache", bcache })),
    ...cacheSets.filter(has).map((cacheSet): Stack => ({ kind: "cacheSet", cacheSet })),
  ];
}

interface Kept {
  readonly disks: readonly ComparedDisk[];
  readonly raids: readonly ComparedRaid[];
  readonly groups: readonly ComparedGroup[];
  readonly wholes: ReadonlyMap<StagedDisk, Member | undefined>;
}

function doomedBy(view: StorageView, { bootDisk }: Staged, { disks, raids, groups, wholes }: Kept): Doomed[] {
  const stays = (stack: Stack): boolean =>
    (stack.kind === "group" && groups.some(({ present }) => present?.id === stack.group.id)) ||
    (stack.kind === "raid" && raids.some(({ present }) => present?.id === stack.raid.id));
  const names = {
    groups: new Set(groups.map(({ wanted }) => wanted.name)),
    raids: new Set(raids.map(({ wanted }) => wanted.name)),
  };
  const doomed: Doomed[] = [
    // A name is free for what is wanted under it.
    ...view.groups.filter(({ name }) => names.groups.has(name)).map((group): Stack => ({ kind: "group", group })),
    ...view.raids.filter(({ name }) => names.raids.has(name)).map((raid): Stack => ({ kind: "raid", raid })),
  ].filter((stack) => !stays(stack));
  const claim = (kind: "disk" | "partition", id: number, isHere: (stack: Stack) => boolean) =>
    doomed.push(...stacksOn(view, kind, id).filter((stack) => !(stays(stack) && isHere(stack))));
  // MAAS boots from no disk that belongs to something as a whole, whatever is said of it.
  if (bootDisk !== undefined && bootDisk.id !== view.machine.bootDiskId) {
    doomed.push(...stacksOn(view, "disk", bootDisk.id));
  }
  for (const { staged: own, partitions } of disks) {
    const { disk, content } = own;
    if (content.kind === "alone") continue;
    const whole = wholes.get(own);
    const use: WantedUse = content.kind === "whole" ? content.use : { kind: "nothing" };
    claim("disk", disk.id, isOf(use));
    for (const [index, partition] of disk.partitions.entries()) {
      const fitted = partitions.find(({ present }) => present?.id === partition.id);
      const isWhole = whole?.kind === "partition" && whole.id === partition.id && index === 0;
      if (fitted !== undefined) claim("partition", partition.id, isOf(fitted.wanted.use));
      else if (!(isWhole && stacksOn(view, "partition", partition.id).some(stays))) {
        doomed.push({ kind: "partition", disk, partition });
      }
    }
  }
  for (const { wanted, device } of raids) {
    if (device === undefined) continue;
    claim("disk", device.id, isOf(wanted.use));
    doomed.push(...device.partitions.map((partition): Doomed => ({ kind: "partition", disk: device, partition })));
  }
  for (const { present, surplus } of groups) {
    if (present !== undefined)
      doomed.push(...surplus.map((volume): Doomed => ({ kind: "volume", group: present, volume })));
  }
  return doomed;
}

function isOf(use: WantedUse): (stack: Stack) => boolean {
  return (stack) =>
    (stack.kind === "group" && use.kind === "group" && stack.group.name === use.name) ||
    (stack.kind === "raid" && use.kind === "raid" && stack.raid.name === use.name);
}
