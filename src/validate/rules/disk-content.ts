import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { storageParts } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** A disk is partitioned, or belongs to a volume group or RAID. */
export const diskContent: ItemRule = {
  id: "disk-content",
  severity: "error",
  summary: "A disk has partitions, or belongs as a whole to a volume group or to a RAID: one of them.",
  why: `A physical volume, or a member of a RAID, takes the whole disk, so partitions beside it can't be made. A disk that is listed and has none of them is an unfinished thought: it would be left as it is. The boot
drive needs none, as it is laid out with the root file system.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined) return [];
    const boot = textAt(parts.bootDrive, "device");
    return parts.disks.flatMap(({ path, name, volumeGroup, raid, parts: partitions }): Finding[] => {
      const [first] = partitions;
      const related = first && [{ kind: item.kind, name: item.name, field: first.path, message: first.label }];
      if (volumeGroup !== undefined && raid !== undefined) {
        const message = `the disk belongs to volume group ${shown(volumeGroup)} and to RAID ${shown(raid)} as a whole`;
        return [{ field: `${path}.raid`, message, hint: "keep one of the two; a RAID can be in the group" }];
      }
      if (volumeGroup !== undefined && related !== undefined) {
        const message = `the disk belongs to volume group ${shown(volumeGroup)} as a whole and has partitions`;
        const hint = "take the partitions away, or give a partition the volume group";
        return [{ field: `${path}.volume_group`, message, hint, related }];
      }
      if (raid !== undefined && related !== undefined) {
        const message = `the disk belongs to RAID ${shown(raid)} as a whole and has partitions`;
        const hint = "take the partitions away, or give a partition the RAID";
        return [{ field: `${path}.raid`, message, hint, related }];
      }
      const isUsed = volumeGroup !== undefined || raid !== undefined || first !== undefined;
      if (isUsed || name === boot || !context.isWhole(item, path)) return [];
      const hint = "add partitions:, volume_group: or raid:, or leave the disk out";
      return [{ field: path, message: "the disk has no partitions and belongs to nothing", hint }];
    });
  },
};
