import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { storageParts } from "../storage-parts.ts";
import { textAt } from "../tree-access.ts";

/** A disk is partitioned or belongs to a volume group. */
export const diskContent: ItemRule = {
  id: "disk-content",
  severity: "error",
  summary: "A disk has partitions or belongs as a whole to a volume group, not both and not neither.",
  why: `A physical volume takes the whole disk, so partitions beside it can't be made. A disk that is listed and has neither is an unfinished thought: it would be left as it is. The boot
drive needs neither, as it is laid out with the root file system.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined) return [];
    const boot = textAt(parts.bootDrive, "device");
    return parts.disks.flatMap(({ path, name, volumeGroup, parts: partitions }): Finding[] => {
      const [first] = partitions;
      if (volumeGroup !== undefined && first !== undefined) {
        return [
          {
            field: `${path}.volume_group`,
            message: `the disk belongs to volume group ${shown(volumeGroup)} as a whole and has partitions`,
            hint: "take the partitions away, or give a partition the volume group",
            related: [{ kind: item.kind, name: item.name, field: first.path, message: first.label }],
          },
        ];
      }
      if (volumeGroup !== undefined || first !== undefined || name === boot || !context.isWhole(item, path)) return [];
      const hint = "add partitions: or volume_group:, or leave the disk out";
      return [{ field: path, message: "the disk has neither partitions nor a volume group", hint }];
    });
  },
};
