import type { Action } from "../action.ts";
import type { FormField } from "../client/request.ts";
import { hardwareMismatch } from "../driver-error.ts";
import type { BlockDevice, Partition } from "./block-device.ts";
import { planFilesystem } from "./plan-filesystem.ts";
import { isOfSize, isUsedUp, leastBytes, type SizeExpression } from "./size.ts";
import { groupOfDisk, type StorageView, storagePath, volumeNamed } from "./storage-view.ts";
import type { WantedLayout, WantedStorage } from "./wanted-storage.ts";

/** What the layout comes to: its actions, and whether the rest must wait for them. */
export interface LayoutPlan {
  readonly actions: readonly Action[];
  readonly isPending: boolean;
}

/**
 * The boot disk and the layout of root. MAAS replaces everything when it lays a disk out, so that happens only when root,
 * /boot or their sizes are not what is wanted.
 */
export function planLayout(view: StorageView, wanted: WantedStorage): LayoutPlan {
  const { layout } = wanted;
  if (layout === undefined) return { actions: [], isPending: false };
  const disk = layoutDisk(view, layout);
  const { machine } = view;
  const actions: Action[] = [];
  if (machine.bootDiskId !== disk.id) {
    if (groupOfDisk(view, disk) !== undefined) actions.push(layoutAction(view, disk, "blank", [], "nothing"));
    actions.push({
      object: `disk ${disk.name}`,
      field: "storage.boot_device",
      action: "update",
      before: `boot disk ${machine.disks.find(({ id }) => id === machine.bootDiskId)?.name ?? "-"}`,
      after: `boot disk ${disk.name}`,
      undoes: true,
      request: { method: "POST", path: storagePath(view, `blockdevices/${disk.id}/`), op: "set_boot_disk" },
    });
  }
  if (!isLaidOut(view, wanted, layout, disk)) {
    const form = layoutForm(layout, disk);
    const shown = form.filter(([name]) => name !== "root_device").map(([name, value]) => `${name} ${value}`);
    actions.push(layoutAction(view, disk, layout.kind, form, shown.join(", ")));
  }
  if (actions.length > 0) return { actions, isPending: true };
  return { actions: planLayoutFilesystems(view, layout, disk), isPending: false };
}

/** The disk a layout goes on. */
export function layoutDisk(view: StorageView, layout: WantedLayout): BlockDevice {
  const { machine, bound } = view;
  const named = bound.get(layout.device);
  if (named !== undefined) return named;
  const physical = machine.disks.filter(({ type }) => type === "physical");
  const disk = physical.find(({ id }) => id === machine.bootDiskId) ?? physical[0];
  if (disk === undefined) {
    throw hardwareMismatch(
      machine.hostname,
      `machine ${machine.hostname} has no disk to boot from`,
      "check the machine's disks, then commission it again",
    );
  }
  return disk;
}

function isLaidOut(view: StorageView, wanted: WantedStorage, layout: WantedLayout, disk: BlockDevice): boolean {
  if (layout.bootSize !== undefined) {
    const boot = mountedOn(disk, "/boot");
    if (boot === undefined || !isOfSize(layout.bootSize, boot.size, disk.size)) return false;
  }
  if (layout.kind === "flat") {
    const root = mountedOn(disk, "/");
    return root !== undefined && fits(layout.rootSize, root.size, disk, hasOthers(view, wanted, disk));
  }
  const group = view.groups.find(({ name }) => name === layout.groupName);
  const volume = group && volumeNamed(view, group, layout.volumeName);
  if (group === undefined || volume?.filesystem?.mountPoint !== "/") return false;
  const members = disk.partitions.filter(({ id }) => group.partitionIds.includes(id));
  const [member] = members;
  const count = group.partitionIds.length + group.diskIds.length;
  if (member === undefined || count !== 1) return count === 1 && group.diskIds[0] === disk.id;
  if (!fits(layout.rootSize, member.size, disk, hasOthers(view, wanted, disk))) return false;
  if (layout.volumeSize !== undefined) return isOfSize(layout.volumeSize, volume.size, group.size);
  return isUsedUp(group.available) || group.volumeIds.length > 1;
}

function fits(size: SizeExpression | undefined, present: bigint, disk: BlockDevice, othersFollow: boolean): boolean {
  if (size !== undefined && !isOfSize(size, present, disk.size)) return false;
  return (size !== undefined && !size.isMinimum) || othersFollow || isUsedUp(disk.available);
}

function hasOthers(view: StorageView, wanted: WantedStorage, disk: BlockDevice): boolean {
  return wanted.disks.some(({ device, partitions }) => view.bound.get(device)?.id === disk.id && partitions.length > 0);
}

function planLayoutFilesystems(view: StorageView, layout: WantedLayout, disk: BlockDevice): Action[] {
  const actions: Action[] = [];
  const boot = mountedOn(disk, "/boot");
  if (layout.boot !== undefined && boot !== undefined) {
    const path = storagePath(view, `blockdevices/${disk.id}/partition/${boot.id}`);
    const said = { ...layout.boot, mountpoint: "/boot" };
    actions.push(...planFilesystem({ label: `/boot of disk ${disk.name}`, path, present: boot.filesystem }, said));
  }
  if (layout.root === undefined) return actions;
  const said = { ...layout.root, mountpoint: "/" };
  const root = mountedOn(disk, "/");
  const volume = view.machine.disks.find(
    ({ type, filesystem }) => type === "virtual" && filesystem?.mountPoint === "/",
  );
  if (root !== undefined) {
    const path = storagePath(view, `blockdevices/${disk.id}/partition/${root.id}`);
    actions.push(...planFilesystem({ label: `root of disk ${disk.name}`, path, present: root.filesystem }, said));
  } else if (volume !== undefined) {
    const path = storagePath(view, `blockdevices/${volume.id}/`);
    actions.push(...planFilesystem({ label: `root volume ${volume.name}`, path, present: volume.filesystem }, said));
  }
  return actions;
}

function layoutForm(layout: WantedLayout, disk: BlockDevice): FormField[] {
  const form: FormField[] = [["root_device", String(disk.id)]];
  const size = (name: string, wanted: SizeExpression | undefined, total: bigint) => {
    if (wanted !== undefined && !wanted.isMinimum) form.push([name, leastBytes(wanted, total).toString()]);
  };
  size("boot_size", layout.bootSize, disk.size);
  size("root_size", layout.rootSize, disk.size);
  if (layout.kind === "lvm") {
    form.push(["vg_name", layout.groupName], ["lv_name", layout.volumeName]);
    const root = layout.rootSize === undefined ? disk.size : leastBytes(layout.rootSize, disk.size);
    size("lv_size", layout.volumeSize, root);
  }
  return form;
}

function layoutAction(
  view: StorageView,
  disk: BlockDevice,
  kind: string,
  form: readonly FormField[],
  after: string,
): Action {
  return {
    object: `disk ${disk.name}`,
    field: "storage",
    action: "lay out",
    before: disk.partitions.length === 0 ? "" : `${disk.partitions.length} partitions`,
    after: `${kind}: ${after}`,
    undoes: true,
    request: {
      method: "POST",
      path: `machines/${view.machine.systemId}/`,
      op: "set_storage_layout",
      form: [["storage_layout", kind], ...form],
    },
  };
}

function mountedOn(disk: BlockDevice, mountPoint: string): Partition | undefined {
  return disk.partitions.find(({ filesystem }) => filesystem?.mountPoint === mountPoint);
}
