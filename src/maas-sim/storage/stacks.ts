import { randomUUID } from "node:crypto";
import type { Machine } from "../machine.ts";
import { roundDown } from "../size.ts";
import type { SimState } from "../state.ts";
import {
  type Bcache,
  type BlockDevice,
  blankDevice,
  type CacheSet,
  type Holder,
  type Raid,
  type VolumeGroup,
} from "./device.ts";
import { logicalVolumes, membersOf, raidSize } from "./usage.ts";

/** What a name is free for: groups, RAIDs and their devices do not share names on a machine. */
export function isNameTaken(machine: Machine, name: string): boolean {
  return [...machine.volumeGroups.values(), ...machine.raids.values(), ...machine.disks.values()].some(
    (each) => each.name === name && !("origin" in each && each.origin?.kind === "volume-group"),
  );
}

/** Cuts a logical volume from a group; it appears among the machine's block devices. */
export function addLogicalVolume(
  state: SimState,
  machine: Machine,
  group: VolumeGroup,
  name: string,
  size: number,
  uuid: string = randomUUID(),
): BlockDevice {
  const device = blankDevice({
    id: state.nextId("blockdevice"),
    type: "virtual",
    name,
    size: roundDown(size),
    blockSize: 4096,
    uuid,
    origin: { kind: "volume-group", id: group.id },
  });
  machine.disks.set(device.id, device);
  return device;
}

/** Makes the block device of a RAID or bcache, which appears among the machine's. */
export function addStackDevice(
  state: SimState,
  machine: Machine,
  kind: "raid" | "bcache",
  stack: { readonly id: number; readonly name: string },
  size: number,
): BlockDevice {
  const device = blankDevice({
    id: state.nextId("blockdevice"),
    type: "virtual",
    name: stack.name,
    size,
    blockSize: 512,
    uuid: randomUUID(),
    origin: { kind, id: stack.id },
  });
  machine.disks.set(device.id, device);
  return device;
}

/** Gives the block device of a RAID the size its members make. */
export function resizeRaid(machine: Machine, raid: Raid): void {
  const device = machine.disks.get(raid.deviceId);
  if (device !== undefined) device.size = raidSize(machine, raid);
}

function release(holders: readonly Holder[]): void {
  for (const holder of holders) holder.member = null;
}

/** Forgets a virtual block device and what is on it. */
export function removeDevice(machine: Machine, device: BlockDevice): void {
  for (const holder of [device, ...(device.partitions ?? [])]) {
    const { member } = holder;
    holder.member = null;
    if (member !== null) dissolve(machine, member.id);
  }
  machine.disks.delete(device.id);
}

/** Forgets a group, RAID or bcache that lost its last member. */
function dissolve(machine: Machine, id: number): void {
  if (membersOf(machine, id, "lvm-pv", "raid", "raid-spare", "bcache-backing", "bcache-cache").length > 0) return;
  const group = machine.volumeGroups.get(id);
  if (group !== undefined) removeGroup(machine, group);
  const raid = machine.raids.get(id);
  if (raid !== undefined) removeRaid(machine, raid);
  const bcache = machine.bcaches.get(id);
  if (bcache !== undefined) removeBcache(machine, bcache);
}

/** Forgets a volume group with its volumes. */
export function removeGroup(machine: Machine, group: VolumeGroup): void {
  machine.volumeGroups.delete(group.id);
  for (const volume of logicalVolumes(machine, group)) removeDevice(machine, volume);
  release(membersOf(machine, group.id, "lvm-pv"));
}

/** Forgets a RAID and what is on it. */
export function removeRaid(machine: Machine, raid: Raid): void {
  machine.raids.delete(raid.id);
  const device = machine.disks.get(raid.deviceId);
  if (device !== undefined) removeDevice(machine, device);
  release(membersOf(machine, raid.id, "raid", "raid-spare"));
}

/** Forgets a cached device and what is on it. */
export function removeBcache(machine: Machine, bcache: Bcache): void {
  machine.bcaches.delete(bcache.id);
  const device = machine.disks.get(bcache.deviceId);
  if (device !== undefined) removeDevice(machine, device);
  release(membersOf(machine, bcache.id, "bcache-backing"));
}

/** Forgets a cache that nothing uses. */
export function removeCacheSet(machine: Machine, cacheSet: CacheSet): void {
  machine.cacheSets.delete(cacheSet.id);
  release(membersOf(machine, cacheSet.id, "bcache-cache"));
}

/** What something of a stack is called in refusals. */
export function stackWord(machine: Machine, holder: Holder): { readonly word: string; readonly name: string } {
  const { type = "", id = 0 } = holder.member ?? {};
  if (type === "lvm-pv") return { word: "volume group", name: machine.volumeGroups.get(id)?.name ?? "" };
  if (type.startsWith("raid")) return { word: "RAID", name: machine.raids.get(id)?.name ?? "" };
  if (type === "bcache-cache") return { word: "cache set", name: machine.cacheSets.get(id)?.name ?? "" };
  return { word: "Bcache", name: machine.bcaches.get(id)?.name ?? "" };
}
