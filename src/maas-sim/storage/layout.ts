import { randomUUID } from "node:crypto";
import { badRequest } from "../http/api-error.ts";
import type { Machine } from "../machine.ts";
import { BLOCK, roundDown } from "../size.ts";
import type { SimState } from "../state.ts";
import type { BlockDevice, Filesystem, VolumeGroup } from "./device.ts";
import { addPartition } from "./partitioning.ts";
import { groupRoom, partitionRoom } from "./usage.ts";

/** The layouts the real service knows. */
export const LAYOUTS = ["bcache", "blank", "custom", "flat", "lvm", "vmfs6", "vmfs7"] as const;

/** The layouts the simulator builds. */
export type BuiltLayout = "blank" | "flat" | "lvm";

/** What a layout can be told; sizes in bytes. */
export interface LayoutOptions {
  readonly rootDevice?: BlockDevice;
  readonly bootSize?: number;
  readonly rootSize?: number;
  readonly vgName?: string;
  readonly lvName?: string;
  readonly lvSize?: number;
}

const EFI_SIZE = 512 * 1024 * 1024;

/** A filesystem that is not mounted. */
export function newFilesystem(fstype: string, label = "", uuid: string = randomUUID()): Filesystem {
  return { fstype, label, uuid, mountPoint: null, mountOptions: null };
}

/** Forgets everything on the disks of a machine: partitions, filesystems, volume groups. */
export function clearStorage(machine: Machine): void {
  machine.volumeGroups.clear();
  for (const [id, device] of machine.disks) {
    if (device.type === "virtual") machine.disks.delete(id);
    device.partitions = null;
    device.filesystem = null;
    device.volumeGroupId = null;
  }
}

/** Replaces the storage configuration of a machine by a layout. Throws a 400 text when the boot disk cannot hold it. */
export function applyLayout(state: SimState, machine: Machine, layout: BuiltLayout, options: LayoutOptions): void {
  const bootDisk = machine.disks.get(machine.bootDiskId ?? -1);
  if (bootDisk === undefined)
    throw badRequest(`Failed to configure storage layout '${layout}': There are currently no storage devices.`);
  clearStorage(machine);
  if (layout === "blank") return;
  const uefi = machine.hardware?.spec.bootMethod !== "bios";
  if (uefi) addPartition(state, machine, bootDisk, EFI_SIZE, true).filesystem = mounted("fat32", "efi", "/boot/efi");
  if (options.bootSize)
    addPartition(state, machine, bootDisk, options.bootSize, true).filesystem = mounted("ext4", "boot", "/boot");
  const target = options.rootDevice ?? bootDisk;
  const room = partitionRoom(target);
  const size = Math.min(options.rootSize ?? room, room);
  if (size < BLOCK) throw badRequest(`Failed to configure storage layout '${layout}': the boot disk is too small.`);
  const root = addPartition(state, machine, target, size, target === bootDisk && !options.bootSize);
  if (layout === "flat") {
    root.filesystem = mounted("ext4", "root", "/");
    return;
  }
  const group: VolumeGroup = { id: state.nextId("volumegroup"), name: options.vgName ?? "vgroot", uuid: randomUUID() };
  machine.volumeGroups.set(group.id, group);
  root.volumeGroupId = group.id;
  const available = groupRoom(machine, group);
  const volume = addLogicalVolume(
    state,
    machine,
    group,
    options.lvName ?? "lvroot",
    Math.min(options.lvSize ?? available, available),
  );
  volume.filesystem = mounted("ext4", "root", "/");
}

function mounted(fstype: string, label: string, mountPoint: string): Filesystem {
  return { ...newFilesystem(fstype, label), mountPoint };
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
  const device: BlockDevice = {
    id: state.nextId("blockdevice"),
    type: "virtual",
    name,
    model: "",
    serial: "",
    firmware: "",
    size: roundDown(size),
    blockSize: 4096,
    idPath: "",
    uuid,
    numaNode: null,
    tags: [],
    partitions: null,
    filesystem: null,
    volumeGroupId: group.id,
  };
  machine.disks.set(device.id, device);
  return device;
}
