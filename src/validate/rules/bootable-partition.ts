import { isAbstract } from "../is-abstract.ts";
import type { ItemRule } from "../rule.ts";
import { onceByStorage } from "../storage-parts.ts";

/** The firmware knows which partition to boot from. */
export const bootablePartition: ItemRule = {
  id: "bootable-partition",
  severity: "warning",
  summary: "One partition of a disk is bootable, and it isn't a physical volume.",
  why: `The firmware starts from the partition marked bootable. Of two it takes the one it finds first, which differs from model to model; from a physical volume of LVM it can't start.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    if (isAbstract(item, context)) return [];
    const { kind, name, tree } = item;
    return (check(tree) ?? []).map(({ path, message, other }) => ({
      field: `${path}.bootable`,
      message,
      hint: "mark one partition only",
      ...(other !== undefined && { related: [{ kind, name, field: `${other}.bootable`, message: "the first" }] }),
    }));
  },
};

const check = onceByStorage(({ disks }) =>
  disks.flatMap(({ parts }) => {
    const [first, ...others] = parts.filter(({ bootable }) => bootable);
    const volumes = parts.filter(({ bootable, volumeGroup }) => bootable && volumeGroup !== undefined);
    return [
      ...others.map(({ path, label }) => ({
        path,
        message: `${label} is a second bootable partition of the disk`,
        other: first?.path,
      })),
      ...volumes.map(({ path, label }) => ({
        path,
        message: `${label} is bootable and belongs to a volume group`,
        other: undefined,
      })),
    ];
  }),
);
