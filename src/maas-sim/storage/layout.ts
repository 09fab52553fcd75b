import { randomUUID } from "node:crypto";
import { badRequest, invalidFields } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { BLOCK } from "../size.ts";
import type { SimState } from "../state.ts";
import type { Bcache, BlockDevice, CacheSet, Filesystem, Partition, VolumeGroup } from "./device.ts";
import { addPartition, join } from "./partitioning.ts";
import { addLogicalVolume, addStackDevice } from "./stacks.ts";
import { groupRoom, partitionRoom } from "./usage.ts";

/** The layouts the real service knows. */
export const LAYOUTS = ["bcache", "blank", "custom", "flat", "lvm", "vmfs6", "vmfs7"] as const;

/** The layouts the simulator builds. */
export type BuiltLayout = "bcache" | "blank" | "flat" | "lvm";

/** What a layout can be told; sizes in bytes. */
export interface LayoutOptions {
  readonly rootDevice?: BlockDevice;
  readonly bootSize?: number;
  readonly rootSize?: number;
  readonly vgName?: string;
  readonly lvName?: string;
  readonly lvSize?: number;
  readonly cacheDevice?: BlockDevice;
  readonly cacheSize?: number;
  readonly cacheMode?: string;
  readonly cacheNoPart?: boolean;
}

/** Bytes of the EFI partition of a layout. */
export const EFI_SIZE = 512 * 1024 * 1024;
const BCACHE_BOOT_SIZE = 1024 ** 3;
const NONE: ReadonlySet<number> = new Set();

/** A filesystem that is not mounted. */
export function newFilesystem(fstype: string, label = "", uuid: string = randomUUID()): Filesystem {
  return { fstype, label, uuid, mountPoint: null, mountOptions: null };
}

/** Forgets everything on the disks of a machine. */
export function clearStorage(machine: Machine): void {
  for (const stacks of [machine.volumeGroups, machine.raids, machine.bcaches, machine.cacheSets]) stacks.clear();
  machine.specialFilesystems = [];
  for (const [id, device] of machine.disks) {
    if (device.type === "virtual") machine.disks.delete(id);
    device.partitions = null;
    device.filesystem = null;
    device.member = null;
  }
}

/** Replaces the storage configuration of a machine by a layout. Throws a 400 when the boot disk cannot hold it. */
export function applyLayout(state: SimState, machine: Machine, layout: BuiltLayout, options: LayoutOptions): void {
  const bootDisk = machine.disks.get(machine.bootDiskId ?? -1);
  if (bootDisk === undefined) {
    throw refused(layout, "Node doesn't have any storage devices to configure.");
  }
  const cacheDevice = layout === "bcache" ? (options.cacheDevice ?? bestCache(machine)) : undefined;
  if (layout === "bcache" && cacheDevice === undefined) {
    throw refused(layout, "Node doesn't have an available cache device to setup bcache.");
  }
  clearStorage(machine);
  if (layout === "blank") return;
  const bootSize = options.bootSize ?? (layout === "bcache" ? BCACHE_BOOT_SIZE : 0);
  const root = addRootPartition(state, machine, bootDisk, bootSize, options);
  switch (layout) {
    case "flat":
      root.filesystem = mounted("ext4", "root", "/");
      return;
    case "lvm":
      addRootVolume(state, machine, root, options).filesystem = mounted("ext4", "root", "/");
      return;
    default:
      if (cacheDevice === undefined) return;
      addBcache(state, machine, root, cacheDevice, options).filesystem = mounted("ext4", "root", "/");
  }
}

/** A refusal of a layout as a whole, as plain text. */
export function refused(layout: string, reason: string): Error {
  return badRequest(`Failed to configure storage layout '${layout}': ${reason}`);
}

function addRootPartition(
  state: SimState,
  machine: Machine,
  bootDisk: BlockDevice,
  bootSize: number,
  options: LayoutOptions,
): Partition {
  const uefi = machine.hardware?.spec.bootMethod !== "bios";
  if (uefi) addPartition(state, bootDisk, EFI_SIZE, true).filesystem = mounted("fat32", "efi", "/boot/efi");
  if (bootSize > 0) addPartition(state, bootDisk, bootSize, true).filesystem = mounted("ext4", "boot", "/boot");
  const target = options.rootDevice ?? bootDisk;
  const room = partitionRoom(machine, target);
  const size = options.rootSize ?? room;
  if (size > room || size < BLOCK) {
    throw invalidFields({ size: ["Partition cannot be saved; not enough free space on the block device."] });
  }
  return addPartition(state, target, size);
}

function addRootVolume(state: SimState, machine: Machine, root: Partition, options: LayoutOptions): BlockDevice {
  const group: VolumeGroup = { id: state.nextId("volumegroup"), name: options.vgName ?? "vgroot", uuid: randomUUID() };
  machine.volumeGroups.set(group.id, group);
  join(state, machine, root, { type: "lvm-pv", id: group.id }, NONE);
  const room = groupRoom(machine, group);
  return addLogicalVolume(state, machine, group, options.lvName ?? "lvroot", Math.min(options.lvSize ?? room, room));
}

function addBcache(
  state: SimState,
  machine: Machine,
  root: Partition,
  device: BlockDevice,
  options: LayoutOptions,
): BlockDevice {
  const room = partitionRoom(machine, device);
  const cache = options.cacheNoPart ? device : addPartition(state, device, Math.min(options.cacheSize ?? room, room));
  const cacheSet: CacheSet = { id: state.nextId("volumegroup"), name: "cache0" };
  machine.cacheSets.set(cacheSet.id, cacheSet);
  join(state, machine, cache, { type: "bcache-cache", id: cacheSet.id }, NONE);
  const id = state.nextId("volumegroup");
  const made = addStackDevice(state, machine, "bcache", { id, name: "bcache0" }, root.size);
  const cacheMode = options.cacheMode ?? "writethrough";
  const bcache: Bcache = {
    ...{ id, name: made.name, uuid: randomUUID() },
    ...{ cacheMode, cacheSetId: cacheSet.id, deviceId: made.id },
  };
  machine.bcaches.set(id, bcache);
  join(state, machine, root, { type: "bcache-backing", id }, NONE);
  return made;
}

/** The smallest other disk that is a solid state one. */
function bestCache(machine: Machine): BlockDevice | undefined {
  return [...machine.disks.values()]
    .filter(({ id, type, tags }) => type === "physical" && id !== machine.bootDiskId && tags.includes("ssd"))
    .sort((a, b) => a.size - b.size)[0];
}

function mounted(fstype: string, label: string, mountPoint: string): Filesystem {
  return { ...newFilesystem(fstype, label), mountPoint };
}
