import type { Action } from "../action.ts";
import { isConfigurable } from "../server/status.ts";
import { compareStorage } from "./compare-storage.ts";
import { type FilesystemHolder, type FilesystemPlan, placeOf, planFilesystem, unmountFor } from "./plan-filesystem.ts";
import { planPartitions } from "./plan-partitions.ts";
import { planGroups, planRaids } from "./plan-stacks.ts";
import { planTeardown, type Teardown } from "./plan-teardown.ts";
import { type Staged, stageDisks } from "./stage-disks.ts";
import { partitionPath, type StorageView, storagePath } from "./storage-view.ts";
import type { WantedStorage, WantedUse } from "./wanted-storage.ts";

/**
 * Everything that would change to make a machine's storage what is wanted, in the order it is done: what is in the way goes, from
 * the top; then the boot disk, partitions, RAIDs, volume groups, logical volumes and file systems are made. What rests on
 * something that is not there yet is named, without a request. Disks nothing is said of stay as they are, except for a file
 * system mounted where another is to be.
 */
export function planStorage(view: StorageView, wanted: WantedStorage): Action[] {
  const staged = stageDisks(view, wanted);
  const compared = compareStorage(view, staged);
  const [datastore] = compared.datastores;
  if (datastore !== undefined) return [blank(view, datastore.name), ...announce(wanted)];
  const teardown = planTeardown(view, compared.doomed);
  const holders = [...planPartitionHolders(view, compared), ...planStackHolders(view, compared)];
  const filesystems = holders.map(planFilesystem);
  return [
    ...teardown.actions,
    ...clears(view, holders, filesystems, teardown),
    ...planBootDisk(view, staged),
    ...planPartitions(view, compared),
    ...planRaids(view, compared),
    ...planGroups(view, compared),
    ...filesystems.flatMap(({ makes }) => makes.filter(({ action }) => action === "format")),
    ...filesystems.flatMap(({ makes }) => makes.filter(({ action }) => action !== "format")),
  ];
}

/** The boot disk is set before anything is made on it: MAAS refuses one that belongs to something as a whole. */
function planBootDisk(view: StorageView, { bootDisk }: Staged): Action[] {
  const { machine } = view;
  if (bootDisk === undefined || machine.bootDiskId === bootDisk.id) return [];
  const current = machine.disks.find(({ id }) => id === machine.bootDiskId);
  return [
    {
      object: `disk ${bootDisk.name}`,
      field: "storage.boot_device",
      action: "update",
      before: `boot disk ${current?.name ?? "-"}`,
      after: `boot disk ${bootDisk.name}`,
      undoes: true,
      request: {
        method: "POST",
        path: storagePath(view, `blockdevices/${bootDisk.id}/`),
        op: "set_boot_disk",
      },
    },
  ];
}

type Compared = ReturnType<typeof compareStorage>;

/** File systems on disks and partitions. A disk that is partitioned or belongs to something as a whole holds none itself. */
function planPartitionHolders(view: StorageView, { disks }: Compared): FilesystemHolder[] {
  return disks.flatMap(({ staged: { disk, content, device }, partitions }): FilesystemHolder[] => {
    if (content.kind === "alone") return [];
    const whole: FilesystemHolder = {
      label: `disk ${disk.name}`,
      field: `storage.disks[${JSON.stringify(device)}]`,
      path: storagePath(view, `blockdevices/${disk.id}/`),
      present: disk.filesystem,
      use: content.kind === "whole" ? content.use : { kind: "nothing" },
    };
    const parts = partitions.map(
      ({ wanted, present }): FilesystemHolder => ({
        label: `partition ${wanted.name} of disk ${disk.name}`,
        field: filesystemField(wanted.field),
        path: present && partitionPath(view, disk, present),
        present: present?.filesystem,
        use: wanted.use,
      }),
    );
    return [whole, ...parts];
  });
}

/** File systems on RAIDs and logical volumes. */
function planStackHolders(view: StorageView, { raids, groups }: Compared): FilesystemHolder[] {
  const holder = (
    label: string,
    field: string,
    use: WantedUse,
    device: { readonly id: number; readonly filesystem: FilesystemHolder["present"] } | undefined,
  ): FilesystemHolder => ({
    label,
    field: filesystemField(field),
    path: device && storagePath(view, `blockdevices/${device.id}/`),
    present: device?.filesystem,
    use,
  });
  return [
    ...raids.map(({ wanted, device }) => holder(`RAID ${wanted.name}`, wanted.field, wanted.use, device)),
    ...groups.flatMap(({ wanted: group, volumes }) =>
      volumes.map(({ wanted, present }) =>
        holder(`volume ${group.name}/${wanted.name}`, wanted.field, wanted.use, present),
      ),
    ),
  ];
}

function filesystemField(field: string): string {
  return field.endsWith("]") ? `${field}.filesystem` : field;
}

/** Unmounts and unformats, and unmounts whatever else is mounted where something is to be. */
function clears(
  view: StorageView,
  holders: readonly FilesystemHolder[],
  plans: readonly FilesystemPlan[],
  gone: Teardown,
): Action[] {
  const own = new Set(holders.map(({ path }) => path));
  const places = new Set(
    holders.flatMap(({ use }) => (use.kind === "filesystem" ? [placeOf(use.filesystem)] : [])).filter(Boolean),
  );
  const others: Action[] = [];
  const look = (label: string, path: string, mountPoint = "") => {
    if (places.has(mountPoint) && !own.has(path)) others.push(unmountFor(label, path, mountPoint));
  };
  for (const disk of view.machine.disks) {
    if (gone.devices.has(disk.id)) continue;
    look(`disk ${disk.name}`, storagePath(view, `blockdevices/${disk.id}/`), disk.filesystem?.mountPoint);
    for (const partition of disk.partitions) {
      if (gone.partitions.has(partition.id)) continue;
      const label = `partition ${partition.number || partition.id} of disk ${disk.name}`;
      look(label, partitionPath(view, disk, partition), partition.filesystem?.mountPoint);
    }
  }
  return [...others, ...plans.flatMap((plan) => plan.clears)];
}

/** MAAS lets no partition of a VMware datastore go; another layout takes all of them away, on every disk. */
function blank(view: StorageView, name: string): Action {
  return {
    object: `disk ${name}`,
    field: "storage",
    action: "lay out",
    before: "VMware datastore",
    after: "nothing on any disk of the machine",
    undoes: true,
    destructive: !isConfigurable(view.machine.status),
    request: {
      method: "POST",
      path: `machines/${view.machine.systemId}/`,
      op: "set_storage_layout",
      form: [["storage_layout", "blank"]],
    },
  };
}

/** The objects of a specification, as far as it alone tells. */
export function announce({ layout, bootDevice, disks, raids, groups }: WantedStorage): Action[] {
  const sizes = [
    layout?.rootSize && `root ${layout.rootSize.source}`,
    layout?.bootSize && `/boot ${layout.bootSize.source}`,
  ];
  const laidOut = [layout?.kind, ...sizes].filter(Boolean).join(", ");
  return [
    ...(layout
      ? [{ object: `disk ${bootDevice || "to boot from"}`, action: "lay out", before: "", after: laidOut }]
      : []),
    ...disks.flatMap(({ device, content }) =>
      content.kind !== "partitions"
        ? []
        : content.partitions.map(({ name, size, field }) =>
            made(`partition ${name} of disk ${device}`, size?.source ?? "", `${field}.size`),
          ),
    ),
    ...raids.map(({ name, level, field }) => made(`RAID ${name}`, level, field)),
    ...groups.flatMap(({ name, volumes }) =>
      volumes.map((volume) => made(`volume ${name}/${volume.name}`, volume.size?.source ?? "", `${volume.field}.size`)),
    ),
  ];
}

function made(object: string, after: string, field: string): Action {
  return { object, field, action: "create", before: "", after };
}
