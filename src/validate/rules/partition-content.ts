import { isAbstract } from "../is-abstract.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage } from "../storage-parts.ts";

/** A partition holds one thing. */
export const partitionContent: ItemRule = {
  id: "partition-content",
  severity: "error",
  summary: "A partition holds a file system or belongs to a volume group, not both.",
  why: `A physical volume of LVM takes the whole partition, so there is no room for a file system. Make the file system on a logical volume of the group, or on a partition of its own. A child that
turns an inherited file system into a physical volume takes the file system away: \`"!filesystem":\`.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) => (isAbstract(item, context) ? [] : (check(item.tree) ?? [])),
};

const check = onceByStorage(({ disks }) =>
  disks.flatMap((disk) =>
    disk.parts.flatMap(({ path, label, volumeGroup, filesystem }) =>
      volumeGroup === undefined || filesystem === undefined
        ? []
        : [
            {
              field: `${path}.volume_group`,
              message: `${label} has a file system and belongs to volume group ${shown(volumeGroup)}`,
              hint: "keep one of the two",
            },
          ],
    ),
  ),
);
