import type { TreeMap } from "../design/tree.ts";
import { applyPolicy } from "./as-built/apply-policy.ts";
import { compareAliases } from "./as-built/compare-alias.ts";
import { compareDrivers } from "./as-built/compare-drivers.ts";
import { compareMachine } from "./as-built/compare-machine.ts";
import { type HardwareDifference, together } from "./as-built/difference.ts";
import type { BuiltHardware } from "./find-device.ts";
import { mapAt, mapsAt, textAt, textsAt } from "./read-tree.ts";

/** Whether a machine fits its hardware profile, and where it doesn't. It fits when no difference is an error. */
export interface HardwareComparison {
  readonly fits: boolean;
  /** Errors first, then in the order of the profile. */
  readonly differences: readonly HardwareDifference[];
  /** Fields of waivers that no difference needs any more. */
  readonly unusedWaivers: readonly string[];
  /** Fields the profile names and the machine doesn't tell of, so that they could not be compared. */
  readonly untold: readonly string[];
}

/** Of a machine without a profile, or without a difference. */
export const AS_DESIGNED: HardwareComparison = { fits: true, differences: [], unusedWaivers: [], untold: [] };

const RANK = { error: 0, warning: 1, waived: 2 } as const;

/**
 * Compares a machine with everything its hardware profile says. Each alias must name exactly one device, which a node can't be without when the alias is in `used`. What the machine
 * doesn't tell is no difference. What a difference means is the profile's policy.
 */
export function compareHardware(profile: TreeMap, built: BuiltHardware, used: ReadonlySet<string>): HardwareComparison {
  const { findings, untold } = together([
    compareAliases(profile, built, used),
    compareMachine(profile, built),
    compareDrivers(profile, built),
  ]);
  const { differences, unusedWaivers } = applyPolicy(profile, findings, untold);
  return {
    fits: differences.every(({ severity }) => severity !== "error"),
    differences: [...differences].sort((one, other) => RANK[one.severity] - RANK[other.severity]),
    unusedWaivers,
    untold,
  };
}

/** The hardware aliases a node uses: devices of its interfaces, its boot drive and its disks. */
export function usedAliases(node: TreeMap): ReadonlySet<string> {
  const storage = mapAt(node, "storage");
  return new Set([
    ...mapsAt(node, "interfaces").flatMap((nic) => textsAt(nic, "slaves")),
    textAt(mapAt(storage, "boot_drive"), "device"),
    ...mapsAt(storage, "physical_devices").map((device) => textAt(device, "name")),
  ]);
}
