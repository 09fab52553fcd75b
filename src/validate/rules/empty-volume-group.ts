import type { ItemRule } from "../rule.ts";
import { storageParts } from "../storage-parts.ts";

/** A volume group is of use. */
export const emptyVolumeGroup: ItemRule = {
  id: "empty-volume-group",
  severity: "warning",
  summary: "A volume group has a logical volume.",
  why: `Without logical volumes the group only takes its disks. That is right where other software makes the volumes later; otherwise they were forgotten.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const groups = storageParts(item.tree)?.groups ?? [];
    return groups
      .filter(({ path, parts }) => parts.length === 0 && context.isWhole(item, path))
      .map(({ path }) => ({
        field: path,
        message: "the volume group has no logical volume",
        hint: "add logical_volumes:, or ignore this where other software makes them",
      }));
  },
};
