import { badRequest } from "../http/api-error.ts";
import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import type { BlockDevice, Filesystem, Partition } from "./device.ts";
import { newFilesystem } from "./layout.ts";

/** What carries a filesystem. */
export type Holder = BlockDevice | Partition;

/** The filesystems a device can be formatted with. */
export const FSTYPES = ["ext2", "ext4", "xfs", "fat32", "vfat", "swap", "btrfs", "zfsroot"] as const;

/** The parameters of `op=format`. */
export const FORMAT_FIELDS = ["fstype", "uuid", "label"];
/** The parameters of `op=mount`. */
export const MOUNT_FIELDS = ["mount_point", "mount_options"];

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Reads a UUID; notes a malformed one. */
export function uuidField(form: Form): string | undefined {
  const uuid = form.text("uuid");
  if (!uuid) return undefined;
  if (!UUID.test(uuid)) form.fail("uuid", "Enter a valid UUID.");
  return uuid;
}

/** Puts a filesystem on a holder, in place of one that is there, mounted or not. Throws a 400. */
export function format(holder: Holder, form: Form): void {
  form.required("fstype");
  const fstype = form.choice("fstype", FSTYPES);
  const uuid = uuidField(form);
  const label = form.text("label") ?? "";
  if (holder.volumeGroupId !== null && !isLogicalVolume(holder)) {
    form.fail("__all__", "Cannot format: the device is part of a volume group.");
  }
  if ("partitions" in holder && (holder.partitions?.length ?? 0) > 0) {
    form.fail("__all__", "Cannot format block device with a partition table.");
  }
  form.check();
  if (fstype === undefined) return;
  if ("partitions" in holder) holder.partitions = null;
  holder.filesystem = newFilesystem(fstype, label, uuid);
}

/** Takes the filesystem off a holder. Throws a 400 text when there is none, or it is mounted. */
export function unformat(holder: Holder): void {
  if (holder.filesystem === null) throw badRequest("Device is not formatted.");
  if (holder.filesystem.mountPoint !== null) {
    throw badRequest("Filesystem is mounted and cannot be unformatted. Unmount the filesystem before unformatting.");
  }
  holder.filesystem = null;
}

/** Mounts the filesystem of a holder. Throws a 400. */
export function mount(machine: Machine, holder: Holder, form: Form): void {
  const { filesystem } = holder;
  if (filesystem === null) form.fail("__all__", "Cannot mount an unformatted device.");
  else if (filesystem.mountPoint !== null) form.fail("__all__", `Already mounted at ${filesystem.mountPoint}.`);
  const mountPoint =
    filesystem?.fstype === "swap" ? (form.text("mount_point") ?? "none") : form.required("mount_point");
  if (mountPoint !== undefined) checkMountPoint(machine, form, mountPoint, filesystem);
  form.check();
  if (filesystem === null || mountPoint === undefined) return;
  filesystem.mountPoint = mountPoint;
  filesystem.mountOptions = form.text("mount_options") || null;
}

function checkMountPoint(machine: Machine, form: Form, mountPoint: string, filesystem: Filesystem | null): void {
  const swap = filesystem?.fstype === "swap";
  if (swap !== (mountPoint === "none")) {
    form.fail("mount_point", swap ? "A swap filesystem mounts with 'none'." : "Enter an absolute path.");
  } else if (!swap && !/^\/[^\s]*$/.test(mountPoint)) form.fail("mount_point", "Enter an absolute path.");
  const taken = [...machine.disks.values()]
    .flatMap((disk) => [disk.filesystem, ...(disk.partitions ?? []).map((partition) => partition.filesystem)])
    .some(
      (other) => other !== null && other !== filesystem && other.mountPoint === mountPoint && mountPoint !== "none",
    );
  if (taken) form.fail("mount_point", `Another filesystem is already mounted at ${mountPoint}.`);
}

/** Unmounts the filesystem of a holder. Throws a 400 text when it is not mounted. */
export function unmount(holder: Holder): void {
  if (holder.filesystem === null) throw badRequest("Device is not formatted.");
  if (holder.filesystem.mountPoint === null) throw badRequest("Filesystem is already unmounted.");
  holder.filesystem.mountPoint = null;
  holder.filesystem.mountOptions = null;
}

function isLogicalVolume(holder: Holder): boolean {
  return "type" in holder && holder.type === "virtual";
}
