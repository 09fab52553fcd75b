import type { EffectiveItem } from "../../design/effective-item.ts";
import { bytesText, parseSizeExpression } from "../../design/size.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shareExcess } from "../share-excess.ts";
import { shown } from "../shown.ts";
import { type StoragePart, type StorageParts, storageParts } from "../storage-parts.ts";
import { bootDriveBytes, diskSizes, type Overflow, overflows } from "../storage-room.ts";
import { textAt } from "../tree-access.ts";

/** What is put on a disk fits. */
export const storageCapacity: ItemRule = {
  id: "storage-capacity",
  severity: "error",
  summary:
    "Partitions fit their disk, and logical volumes their volume group, where the hardware profile says how large the disks are.",
  why: `A hardware profile that gives an alias a \`size\` says how much room there is. Sizes are exact: m, g and t are of 1000, mi, gi and ti of 1024, a percentage is of the whole disk or group, \`>50g\` needs
50 GB and takes all that is left but 4 MiB. A volume group has the room of the disks and partitions in it. Aliases without a size are left alone.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage", "hardware_profile"] },
  check(item, context) {
    const parts = storageParts(item.tree);
    const profile = context.lookup("HardwareProfile", textAt(item.tree, "hardware_profile"));
    return parts === undefined || profile === undefined ? [] : check(parts, profile);
  },
};

const known = new WeakMap<StorageParts, WeakMap<EffectiveItem, readonly Finding[]>>();

/** Nodes that inherit one storage and have one hardware profile share one answer. */
function check(parts: StorageParts, profile: EffectiveItem): readonly Finding[] {
  const byProfile = known.get(parts) ?? new WeakMap<EffectiveItem, readonly Finding[]>();
  known.set(parts, byProfile);
  const before = byProfile.get(profile);
  if (before !== undefined) return before;
  const sizes = diskSizes(profile);
  const findings = sizes.size === 0 ? [] : [...driveFindings(parts, sizes, profile), ...partFindings(parts, sizes)];
  byProfile.set(profile, findings);
  return findings;
}

function partFindings(parts: StorageParts, sizes: ReadonlyMap<string, bigint>): readonly Finding[] {
  const found = overflows(parts, sizes).filter((overflow) => !isFollowUp(overflow));
  return found.map(({ area, part, total, available }) => {
    const size = part.size ?? "";
    const whole = area.type === "disk" ? `disk ${shown(area.name)}` : `volume group ${shown(area.name)}`;
    const left = available === total ? "" : ` and ${bytesText(available)} left`;
    return {
      field: `${part.path}.size`,
      message: `${shown(size)} doesn't fit: ${whole} has ${bytesText(total)}${left}`,
      hint: area.type === "disk" ? "make it smaller, or put it on another disk" : "make it smaller, or add a disk",
    };
  });
}

/** Whether a part has no room only because of what other rules report: percentages beyond the whole, or a second part that takes the rest. */
function isFollowUp({ area, part }: Overflow): boolean {
  const size = parseSizeExpression(part.size ?? "");
  if (size?.isShare === true && shareExcess(area) !== undefined) return true;
  const isRest = (each: StoragePart) => parseSizeExpression(each.size ?? "")?.isMinimum === true;
  return size?.isMinimum === true && area.parts.find(isRest) !== part;
}

/** The layout of a boot drive, before any partition beside it. */
function driveFindings(
  { bootDrive }: StorageParts,
  sizes: ReadonlyMap<string, bigint>,
  profile: EffectiveItem,
): readonly Finding[] {
  const device = textAt(bootDrive, "device");
  const total = device === undefined ? undefined : sizes.get(device);
  if (device === undefined || total === undefined) return [];
  const needed = bootDriveBytes(bootDrive, total);
  if (needed <= total) return [];
  const field = textAt(bootDrive, "root_size") === undefined ? "boot_size" : "root_size";
  return [
    {
      field: `storage.boot_drive.${field}`,
      message: `root and boot need ${bytesText(needed)}, and disk ${shown(device)} has ${bytesText(total)}`,
      hint: "make them smaller",
      related: [
        {
          kind: "HardwareProfile",
          name: profile.name,
          field: `${memberPath("device_aliases", device)}.size`,
          message: "the disk",
        },
      ],
    },
  ];
}
