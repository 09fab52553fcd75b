import type { Edit } from "../sound-design.ts";

/** What the sound design says of storage. */
export const bootDrive = "    bootdisk:\n      device: disk\n      root_size: 50g\n";
const soundDisk = "    - {alias: disk, address: 'scsi@2:0.0.0'}\n";

/** The worker profile with another storage; lines are indented below `storage:`. */
export function storage(...lines: readonly string[]): Edit {
  return [bootDrive, lines.map((line) => `    ${line}\n`).join("")];
}

/** The hardware profile with more disks, of these capacities. */
export function disks(sizes: Readonly<Record<string, string>>): Edit {
  const more = Object.entries(sizes).map(([alias, size], index) => {
    const capacity = size === "" ? "" : `, size: ${size}`;
    return `    - {alias: ${alias}, address: 'scsi@2:0.${index}.0'${capacity}}\n`;
  });
  return [soundDisk, more.join("")];
}

/** A sound root partition. */
export const root = "- {name: root, size: 50g, filesystem: {mountpoint: /}}";
/** The worker profile with these partitions on its disk. */
export const partitioned = (...partitions: readonly string[]): Edit =>
  storage("physical_devices:", "- name: disk", "  partitions:", ...partitions.map((each) => `  ${each}`));
/** Root on the first disk, the second in a group. */
export const grouped = (...volumes: readonly string[]): readonly Edit[] => [
  disks({ disk: "", data: "" }),
  storage(
    ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- {name: data, volume_group: vg}"],
    ...["volume_groups:", "- name: vg", "  logical_volumes:", ...volumes.map((each) => `  ${each}`)],
  ),
];
/** Root on the first disk, two others in a RAID of which more is said. */
export const mirrored = (more: string): readonly Edit[] => [
  disks({ disk: "", a: "", b: "" }),
  storage(
    ...["physical_devices:", "- name: disk", "  partitions:", `  ${root}`, "- {name: a, raid: md0}"],
    ...[
      "- {name: b, raid: md0}",
      "volume_groups: [{name: vg, logical_volumes: [{name: v, size: 5g}]}]",
      "raids:",
      more,
    ],
  ),
];
