import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage } from "../storage-parts.ts";

/** A partition or RAID holds one thing. */
export const partitionContent: ItemRule = {
  id: "partition-content",
  severity: "error",
  summary:
    "A partition holds a file system, or belongs to a volume group or to a RAID: one of them. A RAID holds a file system or belongs to a volume group.",
  why: `A physical volume of LVM, or a member of a RAID, takes the whole partition, so there is no room for a file system. Make the file system on a logical volume of the group, on the RAID, or on a
partition of its own. A child that turns an inherited file system into a physical volume takes the file system away: \`"!filesystem":\`.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) => (isAbstract(item, context) ? [] : (check(item.tree) ?? [])),
};

const check = onceByStorage(({ areas }) =>
  areas.flatMap(({ parts }) =>
    parts.flatMap(({ path, label, volumeGroup, raid, filesystem }): Finding[] => {
      const group = volumeGroup === undefined ? undefined : `belongs to volume group ${shown(volumeGroup)}`;
      const array = raid === undefined ? undefined : `belongs to RAID ${shown(raid)}`;
      const uses = [filesystem && "has a file system", group, array].filter((use) => use !== undefined);
      if (uses.length < 2) return [];
      const field = `${path}.${group === undefined ? "raid" : "volume_group"}`;
      return [
        {
          field,
          message: `${label} ${uses.join(" and ")}`,
          hint: uses.length === 2 ? "keep one of the two" : "keep one of the three",
        },
      ];
    }),
  ),
);
