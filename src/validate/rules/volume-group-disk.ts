import { suggest } from "../../text/suggest.ts";
import type { ItemRule } from "../rule.ts";
import { storageParts } from "../storage-parts.ts";
import { memberGroups } from "./unknown-volume-group.ts";

/** A volume group has something to be made of. */
export const volumeGroupDisk: ItemRule = {
  id: "volume-group-disk",
  severity: "error",
  summary: "A volume group has a disk, partition or RAID of the same node in it.",
  why: `A volume group is made of physical volumes: disks, partitions or RAIDs that name it with \`volume_group:\`. Without any there is nothing to make its logical volumes of. That another node has a disk in a
group of that name doesn't help.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined || parts.groups.length === 0) return [];
    const members = new Set(memberGroups(parts).map(({ group }) => group));
    const declared = parts.groups.map(({ name }) => name);
    const astray = [...members].filter((group) => !declared.includes(group));
    return parts.groups
      .filter(({ name }) => !members.has(name) && suggest(name, astray) === undefined)
      .filter(() => context.isWhole(item, "storage.physical_devices"))
      .map(({ path, name }) => ({
        field: path,
        message: "no disk or partition belongs to the volume group",
        hint: `add volume_group: ${name} to a disk or partition`,
      }));
  },
};
