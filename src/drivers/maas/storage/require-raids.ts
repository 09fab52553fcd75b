import type { StorageSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { invalidField } from "../driver-error.ts";

/** The levels MAAS makes, with the members each needs at least; only the first takes no spares. */
const LEAST_MEMBERS: ReadonlyMap<string, number> = new Map([
  ["raid-0", 2],
  ["raid-1", 2],
  ["raid-5", 3],
  ["raid-6", 4],
  ["raid-10", 3],
]);

/** The levels of RAID this driver makes. */
export const RAID_LEVELS: readonly string[] = [...LEAST_MEMBERS.keys()];

/** INVALID_ARGUMENT for RAIDs that MAAS would refuse: of an unknown level, with too few members, or of members nobody describes. */
export function requireRaids({ disks, raids }: StorageSpec): void {
  for (const [index, { device, raid, volumeGroup, partitions }] of disks.entries()) {
    const path = `spec.storage.disks[${index}]`;
    if (raid !== "" && (volumeGroup !== "" || partitions.length > 0)) {
      throw invalidField(`${path}.raid`, `disk ${device} belongs to RAID ${raid} as a whole and holds something else`);
    }
    requireKnown(raid, `${path}.raid`, raids);
    for (const [at, partition] of partitions.entries()) {
      const place = `${path}.partitions[${at}].raid`;
      requireKnown(partition.raid, place, raids);
      if (partition.raid !== "" && (partition.volumeGroup !== "" || partition.filesystem !== undefined)) {
        throw invalidField(
          place,
          `partition ${partition.name} belongs to RAID ${partition.raid} and holds something else`,
        );
      }
    }
  }
  const parts = [...disks, ...disks.flatMap(({ partitions }) => partitions)];
  for (const [index, { name, level, volumeGroup, filesystem }] of raids.entries()) {
    const path = `spec.storage.raids[${index}]`;
    const least = LEAST_MEMBERS.get(level);
    if (least === undefined) {
      throw invalidField(`${path}.level`, `MAAS has no RAID level "${level}"`, `use one of ${RAID_LEVELS.join(", ")}`);
    }
    const members = parts.filter(({ raid }) => raid === name);
    const active = members.filter(({ raidSpare }) => !raidSpare).length;
    if (active < least) {
      throw invalidField(path, `RAID ${name} of level ${level} needs ${least} members beside spares and has ${active}`);
    }
    if (level === "raid-0" && members.length > active) {
      throw invalidField(path, `RAID ${name} of level raid-0 can have no spares`);
    }
    if (volumeGroup !== "" && filesystem !== undefined) {
      throw invalidField(
        `${path}.volume_group`,
        `RAID ${name} belongs to volume group ${volumeGroup} and has a file system`,
      );
    }
  }
}

function requireKnown(raid: string, path: string, raids: StorageSpec["raids"]): void {
  if (raid === "" || raids.some(({ name }) => name === raid)) return;
  throw invalidField(path, `the specification describes no RAID ${raid}`, "describe it in raids");
}
