import { badRequest, invalidFields } from "../http/api-error.ts";
import type { Form } from "../http/form.ts";
import type { Machine } from "../machine.ts";
import type { Holder, SpecialFilesystem } from "./device.ts";
import { newFilesystem } from "./layout.ts";
import { stackWord } from "./stacks.ts";

/** File systems in memory, which are mounted without a device. */
export const SPECIAL_FSTYPES = ["ramfs", "tmpfs"] as const;

/** The filesystems a device can be formatted with. */
export const FSTYPES = [
  "ext2",
  "ext4",
  "xfs",
  "fat32",
  "vfat",
  "swap",
  "btrfs",
  "zfsroot",
  ...SPECIAL_FSTYPES,
] as const;

/** The parameters of `op=format`. */
export const FORMAT_FIELDS = ["fstype", "uuid", "label"];
/** The parameters of `op=mount`. */
export const MOUNT_FIELDS = ["mount_point", "mount_options"];

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const ABSOLUTE = /^(?:\/[^/]*)*$/;

/** Reads a UUID of version 4; notes any other. */
export function uuidField(form: Form): string | undefined {
  const uuid = form.text("uuid");
  if (!uuid) return undefined;
  if (!UUID.test(uuid)) form.fail("uuid", "Enter a valid value.");
  return uuid;
}

/** Puts a filesystem on a holder, in place of one that is there, mounted or not. Throws a 400. */
export function format(machine: Machine, holder: Holder, form: Form): void {
  form.required("fstype");
  const fstype = form.choice("fstype", FSTYPES);
  const uuid = uuidField(form);
  const label = form.text("label") ?? "";
  const isDevice = "partitions" in holder;
  if (isDevice && holder.partitions !== null)
    form.fail("__all__", "Cannot format block device with a partition table.");
  form.check();
  if (fstype === undefined) return;
  if (holder.member !== null) {
    const what = isDevice ? "block device" : "partition";
    throw badRequest(`Cannot format a ${what} that has a filesystem type of ${holder.member.type}.`);
  }
  if (isDevice && holder.id === machine.bootDiskId) {
    const hint = "Create a partition on the boot disk first and then format the partition.";
    throw invalidFields({ __all__: [`Cannot place filesystem directly on the boot disk. ${hint}`] });
  }
  if (SPECIAL_FSTYPES.some((special) => special === fstype)) {
    throw invalidFields({ __all__: ["Virtual filesystems must be mounted."] });
  }
  holder.filesystem = newFilesystem(fstype, label, uuid);
}

/** Takes the filesystem off a holder. Throws a 400 text when there is none, it is mounted, or is part of something. */
export function unformat(machine: Machine, holder: Holder): void {
  const what = "partitions" in holder ? "block device" : "partition";
  if (holder.member !== null) {
    const { word } = stackWord(machine, holder);
    throw badRequest(
      `Filesystem is part of a ${word}, and cannot be unformatted. Remove ${what} from ${word} before unformatting the ${what}.`,
    );
  }
  if (holder.filesystem === null) throw badRequest(`${capital(what)} is not formatted.`);
  if (holder.filesystem.mountPoint !== null) {
    throw badRequest(
      `Filesystem is mounted and cannot be unformatted. Unmount the filesystem before unformatting the ${what}.`,
    );
  }
  holder.filesystem = null;
}

/** Mounts the filesystem of a holder, from where it is mounted already, too. Throws a 400. */
export function mount(machine: Machine, holder: Holder, form: Form): void {
  const { filesystem, member } = holder;
  if (member !== null) form.fail("__all__", "Filesystem is part of a filesystem group, and cannot be mounted.");
  else if (filesystem === null) form.fail("__all__", "Cannot mount an unformatted partition or block device.");
  const needsPath = filesystem !== null && filesystem.fstype !== "swap";
  const mountPoint = needsPath ? mountPointField(form) : "none";
  form.check();
  if (filesystem === null || mountPoint === undefined) return;
  const isTaken =
    needsPath && mountedOn(machine).some((other) => other !== filesystem && other.mountPoint === mountPoint);
  if (isTaken) throw invalidFields({ __all__: [`Another filesystem is already mounted at ${mountPoint}.`] });
  filesystem.mountPoint = mountPoint;
  filesystem.mountOptions = form.text("mount_options") ?? "";
}

/** Unmounts the filesystem of a holder. Throws a 400 text when it is not mounted. */
export function unmount(holder: Holder): void {
  const what = "partitions" in holder ? "Block device" : "Partition";
  if (holder.filesystem === null && holder.member === null) throw badRequest(`${what} is not formatted.`);
  if (holder.filesystem === null || holder.filesystem.mountPoint === null) {
    throw badRequest("Filesystem is already unmounted.");
  }
  holder.filesystem.mountPoint = null;
  holder.filesystem.mountOptions = null;
}

/** Mounts a file system in memory. Throws a 400. */
export function mountSpecial(machine: Machine, form: Form): void {
  form.required("fstype");
  const fstype = form.choice("fstype", SPECIAL_FSTYPES);
  const mountPoint = mountPointField(form);
  form.check();
  if (fstype === undefined || mountPoint === undefined) return;
  if (mountedOn(machine).some((other) => other.mountPoint === mountPoint)) {
    throw invalidFields({ __all__: [`Another filesystem is already mounted at ${mountPoint}.`] });
  }
  const mountOptions = form.text("mount_options") ?? "";
  const special: SpecialFilesystem = { ...newFilesystem(fstype), mountPoint, mountOptions };
  machine.specialFilesystems = [...machine.specialFilesystems, special];
}

/** Takes a file system in memory away. Throws a 400. */
export function unmountSpecial(machine: Machine, form: Form): void {
  const mountPoint = mountPointField(form);
  const left = machine.specialFilesystems.filter((special) => special.mountPoint !== mountPoint);
  if (mountPoint !== undefined && left.length === machine.specialFilesystems.length) {
    form.fail("mount_point", "No special filesystem is mounted at this path.");
  }
  form.check();
  machine.specialFilesystems = left;
}

function mountPointField(form: Form): string | undefined {
  const mountPoint = form.required("mount_point");
  if (mountPoint !== undefined && !ABSOLUTE.test(mountPoint)) form.fail("mount_point", "Enter a valid value.");
  return mountPoint;
}

function mountedOn(machine: Machine) {
  const devices = [...machine.disks.values()].flatMap((disk): Holder[] => [disk, ...(disk.partitions ?? [])]);
  return [...devices.flatMap(({ filesystem }) => filesystem ?? []), ...machine.specialFilesystems];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
