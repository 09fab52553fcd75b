import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StoragePart } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** The longest label of each type, in bytes. */
const longest: ReadonlyMap<string, number> = new Map([
  ...(["ext2", "ext3", "ext4"] as const).map((type) => [type, 16] as const),
  ["xfs", 12],
  ["fat32", 11],
  ["vfat", 11],
  ["swap", 16],
  ["btrfs", 255],
]);

/** A file system can be made and mounted as it is described. */
export const filesystemOptions: ItemRule = {
  id: "filesystem-options",
  severity: "error",
  summary: "Mount options are separated by commas alone, and a label is no longer than its type of file system allows.",
  why: `Mount options are a column of the machine's \`fstab\`: a blank in them moves everything behind it, and the machine stops at boot. A label that is too long (16 bytes for ext4, 12 for xfs, 11 for FAT) is refused by the program that
makes the file system, when the disk has been wiped already.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: ({ tree }) => check(tree) ?? [],
};

const check = onceByStorage(({ areas }) => areas.flatMap(({ parts }) => parts.flatMap(faultsOf)));

function faultsOf({ path, filesystem }: StoragePart): Finding[] {
  const options = textAt(filesystem, "mount_options");
  const label = textAt(filesystem, "fs_label");
  const type = textAt(filesystem, "fstype") ?? "ext4";
  const limit = longest.get(type);
  const length = label === undefined ? 0 : new TextEncoder().encode(label).length;
  const findings: Finding[] = [];
  if (options !== undefined && (/\s/.test(options.trim()) || /(?:^|,)(?:,|$)/.test(options.trim()))) {
    const message = `found mount options ${shown(options)}, expected them with commas between`;
    findings.push({ field: `${path}.filesystem.mount_options`, message, hint: "write such as noatime,nodev" });
  }
  if (label !== undefined && limit !== undefined && length > limit) {
    const message = `the label ${shown(label)} has ${length} bytes, and ${type} takes at most ${limit}`;
    findings.push({ field: `${path}.filesystem.fs_label`, message, hint: "shorten it" });
  }
  return findings;
}
