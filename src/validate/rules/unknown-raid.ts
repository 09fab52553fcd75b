import { suggest } from "../../text/suggest.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { type StorageParts, storageParts } from "../storage-parts.ts";

/** A disk belongs to a RAID that there is. */
export const unknownRaid: ItemRule = {
  id: "unknown-raid",
  severity: "error",
  summary: "A disk or partition belongs to a RAID that storage.raids has.",
  why: `A name that no entry of \`storage.raids\` has is mostly a slip: the RAID that was meant lacks a member, and nothing says of which level this one would be.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined) return [];
    const declared = parts.raids.map(({ part }) => part.name);
    return raidMembers(parts)
      .filter(({ raid }) => !declared.includes(raid))
      .filter(() => context.isWhole(item, "storage.raids"))
      .map(({ raid, path }) => {
        const near = suggest(raid, declared);
        return {
          field: `${path}.raid`,
          message: `RAID ${shown(raid)} doesn't exist`,
          hint: near === undefined ? `add ${shown(raid)} to storage.raids` : `did you mean ${near}?`,
        };
      });
  },
};

/** A disk or partition that belongs to a RAID. */
export interface RaidMember {
  readonly raid: string;
  readonly path: string;
  readonly isSpare: boolean;
}

/** The disks and partitions that belong to RAIDs. */
export function raidMembers({ disks }: StorageParts): readonly RaidMember[] {
  return disks
    .flatMap((disk) => [disk, ...disk.parts])
    .flatMap(({ raid, path, isSpare }) => (raid === undefined ? [] : [{ raid, path, isSpare }]));
}
