import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import type { BlockDevice, Partition } from "./block-device.ts";
import { planFilesystem } from "./plan-filesystem.ts";
import { allot, isOfSize } from "./size.ts";
import { groupField, volumeField } from "./storage-field.ts";
import { type StorageView, storagePath, type VolumeGroup, volumeName, volumeNamed, volumesOf } from "./storage-view.ts";
import type { WantedGroup, WantedVolume } from "./wanted-storage.ts";

/** The physical volumes a group is to have. A partition that is not there yet is undefined. */
export interface WantedMembers {
  readonly disks: readonly BlockDevice[];
  readonly partitions: readonly (Partition | undefined)[];
}

/**
 * A volume group with its members, logical volumes and their file systems. `rootVolume` names the volume the layout made in
 * this group, undefined when it is not the layout's group; the layout sees to its members.
 */
export function planGroup(
  view: StorageView,
  wanted: WantedGroup,
  members: WantedMembers,
  rootVolume: string | undefined,
): Action[] {
  const group = view.groups.find(({ name }) => name === wanted.name);
  if (group === undefined)
    return [
      createGroup(view, wanted, members),
      ...wanted.volumes.map((v) => createVolume(view, wanted, undefined, v, undefined)),
    ];
  const actions = rootVolume === undefined ? planMembers(view, group, members) : [];
  const known = new Set(wanted.volumes.map(({ name }) => name));
  let available = group.available;
  for (const volume of volumesOf(view, group)) {
    const name = volumeName(group, volume);
    const want = wanted.volumes.find((candidate) => candidate.name === name);
    if (name === rootVolume || (want !== undefined && isOfSize(want.size, volume.size, group.size))) continue;
    known.delete(name);
    available += volume.size;
    actions.push({
      object: `volume ${group.name}/${name}`,
      action: "delete",
      before: `${volume.size} bytes`,
      after: "",
      undoes: true,
      request: {
        method: "POST",
        path: storagePath(view, `volume-group/${group.id}/`),
        op: "delete_logical_volume",
        form: [["id", String(volume.id)]],
      },
    });
  }
  const isReady = actions.length === 0;
  for (const want of wanted.volumes) {
    const volume = known.has(want.name) ? volumeNamed(view, group, want.name) : undefined;
    if (volume === undefined) {
      const label = `volume ${group.name}/${want.name}`;
      const size = allot(want.size, { total: group.size, available }, label, view.machine.hostname);
      available = size === undefined ? 0n : available - size;
      actions.push(createVolume(view, wanted, isReady ? group : undefined, want, size));
      continue;
    }
    const path = storagePath(view, `blockdevices/${volume.id}/`);
    const field = `${volumeField(group.name, want.name)}.filesystem`;
    const holder = { label: `volume ${group.name}/${want.name}`, field, path, present: volume.filesystem };
    actions.push(...planFilesystem(holder, want.filesystem));
  }
  return actions;
}

function createGroup(view: StorageView, wanted: WantedGroup, { disks, partitions }: WantedMembers): Action {
  const object = `volume group ${wanted.name}`;
  const form: FormField[] = [["name", wanted.name]];
  if (wanted.uuid !== "") form.push(["uuid", wanted.uuid]);
  for (const disk of disks) form.push(["block_devices", String(disk.id)]);
  for (const partition of partitions) if (partition !== undefined) form.push(["partitions", String(partition.id)]);
  const isReady = partitions.every((partition) => partition !== undefined);
  const isEmpty = disks.length + partitions.length === 0;
  return {
    object,
    field: groupField(wanted.name),
    action: "create",
    before: "",
    after: `${disks.length} disks, ${partitions.length} partitions`,
    ...(isEmpty && { blocked: `no disk or partition of the specification belongs to ${object}` }),
    ...(isReady && !isEmpty && { request: { method: "POST", path: storagePath(view, "volume-groups/"), form } }),
  };
}

function planMembers(view: StorageView, group: VolumeGroup, { disks, partitions }: WantedMembers): Action[] {
  const form: FormField[] = [];
  const wantedParts = partitions.filter((partition) => partition !== undefined);
  // MAAS makes one partition of a boot disk that joins a group as a whole.
  const isIn = (disk: BlockDevice) =>
    group.diskIds.includes(disk.id) || disk.partitions.some(({ id }) => group.partitionIds.includes(id));
  const own = new Set(disks.flatMap((disk) => disk.partitions.map(({ id }) => id)));
  for (const disk of disks) if (!isIn(disk)) form.push(["add_block_devices", String(disk.id)]);
  for (const { id } of wantedParts) if (!group.partitionIds.includes(id)) form.push(["add_partitions", String(id)]);
  const surplusDisks = group.diskIds.filter((id) => !disks.some((disk) => disk.id === id));
  const surplusParts = group.partitionIds.filter((id) => !own.has(id) && !wantedParts.some((part) => part.id === id));
  for (const id of surplusDisks) form.push(["remove_block_devices", String(id)]);
  for (const id of surplusParts) form.push(["remove_partitions", String(id)]);
  if (form.length === 0) return [];
  const isReady = wantedParts.length === partitions.length;
  return [
    {
      object: `volume group ${group.name}`,
      field: groupField(group.name),
      action: "update",
      before: `${group.diskIds.length + group.partitionIds.length} physical volumes`,
      after: `${disks.length + partitions.length} physical volumes`,
      undoes: surplusDisks.length + surplusParts.length > 0,
      ...(isReady && { request: { method: "PUT", path: storagePath(view, `volume-group/${group.id}/`), form } }),
    },
  ];
}

function createVolume(
  view: StorageView,
  wanted: WantedGroup,
  group: VolumeGroup | undefined,
  want: WantedVolume,
  size: bigint | undefined,
): Action {
  const form: FormField[] = [["name", want.name]];
  if (size !== undefined) form.push(["size", size.toString()]);
  if (want.uuid !== "") form.push(["uuid", want.uuid]);
  return {
    object: `volume ${wanted.name}/${want.name}`,
    field: `${volumeField(wanted.name, want.name)}.size`,
    action: "create",
    before: "",
    after: want.size.source,
    ...(group && {
      request: {
        method: "POST",
        path: storagePath(view, `volume-group/${group.id}/`),
        op: "create_logical_volume",
        form,
      },
    }),
  };
}
