import { suggest } from "../../text/suggest.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StoragePart } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** What MAAS, or a common installer, makes a file system of. */
const types: readonly string[] = [
  ...["ext2", "ext3", "ext4", "xfs", "btrfs", "fat32", "vfat", "swap", "zfsroot", "f2fs", "jfs"],
  ...["reiserfs", "ramfs", "tmpfs", "vmfs6"],
];
const firmware: readonly string[] = ["fat32", "vfat"];

/** A file system is of a type that can be made. */
export const filesystemType: ItemRule = {
  id: "filesystem-type",
  severity: "warning",
  summary: "A file system is of a known type, and that at /boot/efi one the firmware reads.",
  why: `A type nobody knows is mostly a slip, and found out only when the provisioner refuses it. The firmware of a machine reads its EFI partition itself and knows FAT alone.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: ({ tree }) => check(tree) ?? [],
};

const check = onceByStorage(({ areas }) => areas.flatMap(({ parts }) => parts.flatMap(faultOf)));

function faultOf({ path, mountpoint, filesystem }: StoragePart): Finding[] {
  const type = textAt(filesystem, "fstype");
  if (type === undefined) return [];
  const field = `${path}.filesystem.fstype`;
  if (!types.includes(type)) {
    const near = suggest(type, types);
    const message = `${shown(type)} is no known type of file system`;
    return [{ field, message, hint: near === undefined ? `types are ${types.join(", ")}` : `did you mean ${near}?` }];
  }
  if (mountpoint !== "/boot/efi" || firmware.includes(type)) return [];
  return [{ field, message: `the firmware can't read ${type} at /boot/efi`, hint: "write fat32" }];
}
