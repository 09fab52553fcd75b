import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { type StorageParts, storageParts } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** The root file system is described once. */
export const bootDriveConflict: ItemRule = {
  id: "boot-drive-conflict",
  severity: "error",
  summary: "The boot drive is described by boot_drive or by a device mounted at /, not by both.",
  why: `\`boot_drive\` asks for a layout with a root file system of its own. Beside a partition or logical volume mounted at \`/\` its device contradicts the other's, or its sizes are ignored (a
warning). Take one of the two away: \`"!boot_drive":\` in a child drops the inherited one.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    if (isAbstract(item, context)) return [];
    const { kind, name, tree } = item;
    const parts = storageParts(tree);
    const drive = parts?.bootDrive;
    if (parts === undefined || drive === undefined) return [];
    const area = parts.areas.find((each) => each.parts.some(({ isRoot }) => isRoot));
    const root = area?.parts.find(({ isRoot }) => isRoot);
    if (area === undefined || root === undefined) return [];
    const related = [{ kind, name, field: root.path, message: `${root.label} is mounted at /` }];
    const disks = area.type === "disk" ? [area.name] : disksOf(parts, area.name, root.name);
    const device = textAt(drive, "device");
    if (device !== undefined && disks.length > 0 && !disks.includes(device)) {
      return [
        {
          field: "storage.boot_drive.device",
          message: `the boot drive is ${shown(device)}, the root file system is on ${disks.map(shown).join(", ")}`,
          hint: "name the device of the root file system, or leave boot_drive out",
          related,
        },
      ];
    }
    return ["root_size", "boot_size"].flatMap((field): Finding[] => {
      const size = textAt(drive, field);
      if (size === undefined || (field === "boot_size" && !parts.disks.some(hasBoot))) return [];
      return [
        {
          field: `storage.boot_drive.${field}`,
          severity: "warning",
          message: `${field} has no effect: the ${field === "root_size" ? "root" : "boot"} file system is described below its device`,
          hint: "keep one of the two sizes",
          related,
        },
      ];
    });
  },
};

/** The disks below a volume group, or below a RAID. */
function disksOf({ disks, raids }: StorageParts, group: string, raid: string): string[] {
  const arrays =
    group === "" ? [raid] : raids.filter(({ part }) => part.volumeGroup === group).map(({ part }) => part.name);
  const isBelow = (each: { readonly volumeGroup?: string; readonly raid?: string }) =>
    (group !== "" && each.volumeGroup === group) || (each.raid !== undefined && arrays.includes(each.raid));
  return disks.filter((disk) => isBelow(disk) || disk.parts.some(isBelow)).map(({ name }) => name);
}

function hasBoot(area: { readonly parts: readonly { readonly isBoot: boolean }[] }): boolean {
  return area.parts.some(({ isBoot }) => isBoot);
}
