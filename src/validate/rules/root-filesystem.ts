import type { ItemRule } from "../rule.ts";
import { storageParts } from "../storage-parts.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** The operating system has a place to go. */
export const rootFilesystem: ItemRule = {
  id: "root-filesystem",
  severity: "error",
  summary: "A node has a root file system: a boot drive, or a partition or logical volume mounted at /.",
  why: `The operating system is installed on the root file system. A boot drive is laid out with one; otherwise one partition or logical volume is mounted at \`/\`
(a partition called \`root\` that names no mountpoint counts). A node that says nothing of its storage gets the layout its provisioner thinks best, which is
only a warning.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined) {
      if (!context.isWhole(item, "storage")) return [];
      const message = "nothing is said of the node's storage: the provisioner lays out the disks as it thinks best";
      const hint = "add storage.boot_drive with a device, to the node or to its host profile";
      return [{ field: "storage", severity: "warning", message, hint }];
    }
    const isLaidOut = parts.bootDrive !== undefined || textAt(mapAt(item.tree, "storage"), "layout") !== undefined;
    if (isLaidOut || parts.areas.some((area) => area.parts.some(({ isRoot }) => isRoot))) return [];
    if (!context.isWhole(item, "storage")) return [];
    const hint = 'mount a partition or logical volume at "/", or add boot_drive: with a device';
    return [{ field: "storage", message: "no partition or logical volume is mounted at /", hint }];
  },
};
