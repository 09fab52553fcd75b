import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StorageParts } from "../storage-parts.ts";

/** The root file system stands where a provisioner can lay it out. */
export const rootLayout: ItemRule = {
  id: "root-layout",
  severity: "warning",
  summary: "The volume group of the root file system is on one disk or partition, and /boot on the same disk as root.",
  why: `Ready-made layouts of provisioners put the root and boot file systems on one disk. The MAAS driver makes any other piece by piece, but a root volume group that spans several disks is lost with
any of them. Keep the root group on one disk or on a RAID, and put data into groups of its own.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) => (isAbstract(item, context) ? [] : (check(item.tree) ?? [])),
};

const check = onceByStorage((parts: StorageParts): readonly Finding[] => {
  const rootArea = parts.areas.find((area) => area.parts.some(({ isRoot }) => isRoot));
  if (rootArea === undefined) return [];
  if (rootArea.type === "raids") return [];
  const arrays = parts.raids.filter(({ part }) => part.volumeGroup === rootArea.name);
  const members = parts.disks.flatMap((disk) => [
    ...(disk.volumeGroup === rootArea.name ? [disk.name] : []),
    ...disk.parts.filter(({ volumeGroup }) => volumeGroup === rootArea.name).map(() => disk.name),
  ]);
  if (rootArea.type === "group" && members.length + arrays.length > 1) {
    return [
      {
        field: rootArea.path,
        message: `the volume group of the root file system is on ${members.length + arrays.length} disks, partitions or RAIDs`,
        hint: "keep one of them in it, and make another group of the others",
      },
    ];
  }
  if (arrays.length > 0) return [];
  const rootDisk = rootArea.type === "disk" ? rootArea.name : members[0];
  return parts.disks.flatMap((disk) =>
    disk.parts
      .filter(({ isBoot }) => isBoot && rootDisk !== undefined && disk.name !== rootDisk)
      .map(({ path }) => ({
        field: path,
        message: `/boot is on ${shown(disk.name)}, the root file system on ${shown(rootDisk ?? "")}`,
        hint: "put both on one disk",
      })),
  );
});
