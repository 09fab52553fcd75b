import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import type { BlockDevice, Partition } from "./block-device.ts";
import { planFilesystem } from "./plan-filesystem.ts";
import { allot, isOfSize } from "./size.ts";
import { partitionField } from "./storage-field.ts";
import {
  groupOfDisk,
  groupOfPartition,
  isLayoutPartition,
  type StorageView,
  storagePath,
  type VolumeGroup,
} from "./storage-view.ts";
import type { WantedDisk, WantedPartition } from "./wanted-storage.ts";

/** What a disk comes to. */
export interface DiskPlan {
  readonly actions: readonly Action[];
  /** The partitions that are physical volumes, by group, once they are there; a wanted one that is not is undefined. */
  readonly members: ReadonlyMap<string, readonly (Partition | undefined)[]>;
}

/**
 * The partitions of a disk beside those of the layout, in order. From the first that is not as wanted on, all go and are
 * made anew; volume groups on them go first.
 */
export function planDisk(view: StorageView, wanted: WantedDisk, disk: BlockDevice): DiskPlan {
  if (wanted.group !== "") return { actions: planWholeDisk(view, wanted, disk), members: new Map() };
  const present = disk.partitions.filter((partition) => !isLayoutPartition(view, partition));
  const differs = wanted.partitions.findIndex((want, index) => !isPartition(want, present[index], disk));
  const kept = differs < 0 ? wanted.partitions.length : differs;
  const surplus = present.slice(kept);
  const actions = [...planClear(view, disk, surplus)];
  const members = new Map<string, (Partition | undefined)[]>();
  let available = surplus.reduce((sum, { size }) => sum + size, disk.available);
  for (const [index, want] of wanted.partitions.entries()) {
    const label = `partition ${want.name || index + 1} of disk ${disk.name}`;
    const partition = index < kept ? present[index] : undefined;
    if (partition === undefined) {
      const size = allot(want.size, { total: disk.size, available }, label, view.machine.hostname);
      available = size === undefined ? 0n : available - size;
      const field = `${partitionField(wanted.device, want.name)}.size`;
      actions.push({ ...createPartition(view, disk, want, label, size, surplus.length === 0), field });
    }
    if (want.group !== "") {
      members.set(want.group, [...(members.get(want.group) ?? []), partition]);
      continue;
    }
    const path = partition && storagePath(view, `blockdevices/${disk.id}/partition/${partition.id}`);
    const field = `${partitionField(wanted.device, want.name)}.filesystem`;
    actions.push(...planFilesystem({ label, field, path, present: partition?.filesystem }, want.filesystem));
  }
  return { actions, members };
}

/** A disk that is a physical volume as a whole is emptied first, unless it belongs to its group already. */
function planWholeDisk(view: StorageView, { group }: WantedDisk, disk: BlockDevice): Action[] {
  const isMember = (other: VolumeGroup | undefined) => other?.name === group;
  if (isMember(groupOfDisk(view, disk)) || disk.partitions.some((part) => isMember(groupOfPartition(view, part))))
    return [];
  const actions = planClear(view, disk, disk.partitions);
  const other = groupOfDisk(view, disk);
  if (other !== undefined) actions.push(deleteGroup(view, other));
  const path = storagePath(view, `blockdevices/${disk.id}/`);
  actions.push(...planFilesystem({ label: `disk ${disk.name}`, path, present: disk.filesystem }, undefined));
  return actions;
}

function isPartition(want: WantedPartition, present: Partition | undefined, disk: BlockDevice): boolean {
  return (
    present !== undefined &&
    isOfSize(want.size, present.size, disk.size) &&
    (want.uuid === "" || present.uuid.toLowerCase() === want.uuid.toLowerCase()) &&
    (!want.isBootable || present.bootable)
  );
}

function planClear(view: StorageView, disk: BlockDevice, partitions: readonly Partition[]): Action[] {
  const groups = new Set(
    partitions.map((partition) => groupOfPartition(view, partition)).filter((g) => g !== undefined),
  );
  return [
    ...[...groups].map((group) => deleteGroup(view, group)),
    ...partitions.toReversed().map(
      (partition): Action => ({
        object: `partition ${partition.id} of disk ${disk.name}`,
        action: "delete",
        before: `${partition.size} bytes`,
        after: "",
        undoes: true,
        request: { method: "DELETE", path: storagePath(view, `blockdevices/${disk.id}/partition/${partition.id}`) },
      }),
    ),
  ];
}

function deleteGroup(view: StorageView, group: VolumeGroup): Action {
  return {
    object: `volume group ${group.name}`,
    action: "delete",
    before: `${group.size} bytes`,
    after: "",
    undoes: true,
    request: { method: "DELETE", path: storagePath(view, `volume-group/${group.id}/`) },
  };
}

function createPartition(
  view: StorageView,
  disk: BlockDevice,
  want: WantedPartition,
  object: string,
  size: bigint | undefined,
  isReady: boolean,
): Action {
  const form: FormField[] = [];
  if (size !== undefined) form.push(["size", size.toString()]);
  if (want.isBootable) form.push(["bootable", "true"]);
  if (want.uuid !== "") form.push(["uuid", want.uuid]);
  return {
    object,
    action: "create",
    before: "",
    after: want.size.source,
    ...(isReady && {
      request: { method: "POST", path: storagePath(view, `blockdevices/${disk.id}/partitions/`), form },
    }),
  };
}
