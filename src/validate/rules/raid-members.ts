import { suggest } from "../../text/suggest.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { type StorageRaid, storageParts } from "../storage-parts.ts";
import { type RaidMember, raidMembers } from "./unknown-raid.ts";

/** The members each level needs at least, as MAAS has it. */
const least: ReadonlyMap<string, number> = new Map([
  ["raid-0", 2],
  ["raid-1", 2],
  ["raid-5", 3],
  ["raid-6", 4],
  ["raid-10", 3],
]);

/** A RAID has a level, and members enough for it. */
export const raidMembership: ItemRule = {
  id: "raid-members",
  severity: "error",
  summary: "A RAID has a level, enough disks and partitions of the same node for it, and a name no volume group has.",
  why: `A RAID is made of the disks and partitions that name it with \`raid:\`, beside spares (\`raid_spare: true\`) two of them for levels raid-0 and raid-1, three for raid-5 and raid-10, four for raid-6. Level
raid-0 takes no spares: it survives no failure. RAIDs and volume groups share their names on a machine.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    if (parts === undefined || parts.raids.length === 0) return [];
    const members = raidMembers(parts);
    const groups = parts.groups.map(({ name }) => name);
    const declared = parts.raids.map(({ part }) => part.name);
    const astray = members.map(({ raid }) => raid).filter((raid) => !declared.includes(raid));
    return parts.raids.flatMap((raid): Finding[] => {
      const { name, path } = raid.part;
      const own = members.filter((member) => member.raid === name);
      if (groups.includes(name)) {
        const message = `a volume group is called ${shown(name)}, too`;
        return [{ field: path, message, hint: "give one of them another name" }];
      }
      const isWhole = context.isWhole(item, path) && context.isWhole(item, "storage.physical_devices");
      return !isWhole || (own.length === 0 && suggest(name, astray) !== undefined) ? [] : faultsOf(raid, own);
    });
  },
};

function faultsOf({ part: { name, path }, level }: StorageRaid, members: readonly RaidMember[]): Finding[] {
  const needed = least.get(level ?? "");
  if (level === undefined) {
    return [
      { field: path, message: "the RAID has no level", hint: `add level: one of ${[...least.keys()].join(", ")}` },
    ];
  }
  if (needed === undefined) return [];
  const spare = members.find(({ isSpare }) => isSpare);
  const active = members.filter(({ isSpare }) => !isSpare).length;
  if (level === "raid-0" && spare !== undefined) {
    return [
      {
        field: `${spare.path}.raid_spare`,
        message: "a RAID of level raid-0 takes no spares",
        hint: "make it a member",
      },
    ];
  }
  if (active >= needed) return [];
  const beside = spare === undefined ? "" : " beside its spares";
  const message = `the RAID has ${active} member${active === 1 ? "" : "s"}${beside}; level ${level} needs ${needed}`;
  return [{ field: path, message, hint: `add raid: ${name} to more disks or partitions` }];
}
