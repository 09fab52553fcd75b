import { suggest } from "../../text/suggest.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { type StorageParts, storageParts } from "../storage-parts.ts";

/** A disk belongs to a group that there is. */
export const unknownVolumeGroup: ItemRule = {
  id: "unknown-volume-group",
  severity: "error",
  summary: "A disk, partition or RAID belongs to a volume group that storage.volume_groups has.",
  why: `A name that no entry of \`storage.volume_groups\` has is mostly a slip: the group that was meant lacks the disk, and this one would hold nothing.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined) return [];
    const declared = parts.groups.map(({ name }) => name);
    return memberGroups(parts)
      .filter(({ group }) => !declared.includes(group))
      .filter(() => context.isWhole(item, "storage.volume_groups"))
      .map(({ group, path }) => {
        const near = suggest(group, declared);
        return {
          field: `${path}.volume_group`,
          message: `volume group ${shown(group)} doesn't exist`,
          hint: near === undefined ? `add ${shown(group)} to storage.volume_groups` : `did you mean ${near}?`,
        };
      });
  },
};

/** The groups that disks, partitions and RAIDs name, each with what names it. */
export function memberGroups({
  disks,
  raids,
}: StorageParts): readonly { readonly group: string; readonly path: string }[] {
  return [...disks.flatMap((disk) => [disk, ...disk.parts]), ...raids.map(({ part }) => part)].flatMap(
    ({ volumeGroup, path }) => (volumeGroup === undefined ? [] : [{ group: volumeGroup, path }]),
  );
}
