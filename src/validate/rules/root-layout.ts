import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StorageParts } from "../storage-parts.ts";

/** The root file system stands where a provisioner can lay it out. */
export const rootLayout: ItemRule = {
  id: "root-layout",
  severity: "warning",
  summary: "The volume group of the root file system is on one disk or partition, and /boot on the same disk as root.",
  why: `Provisioners make the root and boot file systems as one layout of one disk, before anything else. MAAS refuses a root volume group that spans several disks, and a \`/boot\` on another
disk than \`/\`. Keep the root group on one disk, and put data into groups of its own.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) => (isAbstract(item, context) ? [] : (check(item.tree) ?? [])),
};

const check = onceByStorage((parts: StorageParts): readonly Finding[] => {
  const rootArea = parts.areas.find((area) => area.parts.some(({ isRoot }) => isRoot));
  if (rootArea === undefined) return [];
  const members = parts.disks.flatMap((disk) => [
    ...(disk.volumeGroup === rootArea.name ? [disk.name] : []),
    ...disk.parts.filter(({ volumeGroup }) => volumeGroup === rootArea.name).map(() => disk.name),
  ]);
  if (rootArea.type === "group" && members.length > 1) {
    return [
      {
        field: rootArea.path,
        message: `the volume group of the root file system is on ${members.length} disks or partitions`,
        hint: "keep one of them in it, and make another group of the others",
      },
    ];
  }
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
