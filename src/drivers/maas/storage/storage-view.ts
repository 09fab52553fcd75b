import { answeredList, number, objects, text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import type { Machine } from "../server/machine.ts";
import { type BlockDevice, bytes, type Partition } from "./block-device.ts";

/** A volume group as MAAS has it. */
export interface VolumeGroup {
  readonly id: number;
  readonly name: string;
  readonly size: bigint;
  readonly available: bigint;
  /** Ids of its physical volumes. */
  readonly diskIds: readonly number[];
  readonly partitionIds: readonly number[];
  /** Ids of the block devices of its logical volumes. */
  readonly volumeIds: readonly number[];
}

/** What storage is compared from. */
export interface StorageView {
  readonly machine: Machine;
  readonly groups: readonly VolumeGroup[];
  /** The disk each device of the specification means. */
  readonly bound: ReadonlyMap<string, BlockDevice>;
}

/** Reads the volume groups of a machine. */
export async function readVolumeGroups(client: MaasClient, systemId: string): Promise<VolumeGroup[]> {
  const path = `nodes/${encodeURIComponent(systemId)}/volume-groups/`;
  const answer = answeredList(await client.get({ path }), path, client.target.instance);
  return answer.map((group) => {
    const devices = objects(group.devices);
    const ids = (isPartition: boolean) =>
      devices.filter((device) => (device.type === "partition") === isPartition).map((device) => number(device.id));
    return {
      id: number(group.id),
      name: text(group.name),
      size: bytes(group.size),
      available: bytes(group.available_size),
      diskIds: ids(false),
      partitionIds: ids(true),
      volumeIds: objects(group.logical_volumes).map((volume) => number(volume.id)),
    };
  });
}

/** The group a disk as a whole is a physical volume of. */
export function groupOfDisk(view: StorageView, disk: BlockDevice): VolumeGroup | undefined {
  return view.groups.find(({ diskIds }) => diskIds.includes(disk.id));
}

/** The group a partition is a physical volume of. */
export function groupOfPartition(view: StorageView, partition: Partition): VolumeGroup | undefined {
  return view.groups.find(({ partitionIds }) => partitionIds.includes(partition.id));
}

/** The device of a group's logical volume by the volume's name; MAAS puts the group's name in front. */
export function volumeNamed(view: StorageView, group: VolumeGroup, name: string): BlockDevice | undefined {
  return volumesOf(view, group).find((volume) => volumeName(group, volume) === name);
}

/** The devices of a group's logical volumes. */
export function volumesOf(view: StorageView, group: VolumeGroup): BlockDevice[] {
  return view.machine.disks.filter(({ id }) => group.volumeIds.includes(id));
}

/** A logical volume's name without its group's. */
export function volumeName(group: VolumeGroup, volume: BlockDevice): string {
  return volume.name.startsWith(`${group.name}-`) ? volume.name.slice(group.name.length + 1) : volume.name;
}

/** Whether a partition belongs to what MAAS lays out itself: root, /boot, EFI, or root's physical volume. */
export function isLayoutPartition(view: StorageView, partition: Partition): boolean {
  const mountPoint = partition.filesystem?.mountPoint ?? "";
  if (["/", "/boot", "/boot/efi"].includes(mountPoint)) return true;
  const group = groupOfPartition(view, partition);
  return group !== undefined && volumesOf(view, group).some(({ filesystem }) => filesystem?.mountPoint === "/");
}

/** Where requests about a machine's storage go. */
export function storagePath(view: StorageView, rest: string): string {
  return `nodes/${view.machine.systemId}/${rest}`;
}
