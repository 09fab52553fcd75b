import type { TreeMap } from "../design/tree.ts";
import { type BuiltHardware, type DeviceSearch, findDevice } from "./find-device.ts";
import { mapAt, mapsAt, textAt, textsAt } from "./read-tree.ts";

/** One difference between as-designed and as-built. */
export interface HardwareDifference {
  /** Field path in the hardware profile, such as `device_aliases["nic1"].address`. */
  readonly field: string;
  readonly designed: string;
  /** What the machine has; empty when nothing was found. */
  readonly built: string;
  /** The difference in words, one line. */
  readonly message: string;
  /** An error makes the machine unfit for what the design puts on it; a warning doesn't. */
  readonly severity: "error" | "warning";
}

/** Whether a machine fits its hardware profile, and where it doesn't. It fits when no difference is an error. */
export interface HardwareComparison {
  readonly fits: boolean;
  readonly differences: readonly HardwareDifference[];
}

const SHOWN = 8;

/**
 * Compares a machine with its hardware profile. Each alias must name exactly one device: that is an error for aliases in
 * `usedAliases` and a warning for others. What is at an alias's place, the maker and the firmware version are compared where
 * the profile names them and the machine tells, without regard to case, a part of the longer text sufficing; those are warnings.
 */
export function compareHardware(
  profile: TreeMap,
  built: BuiltHardware,
  usedAliases: ReadonlySet<string>,
): HardwareComparison {
  const differences = mapsAt(profile, "device_aliases").flatMap((alias) => compareAlias(alias, built, usedAliases));
  differences.push(...compareText(profile, "vendor", built.systemVendor, "maker of the machine"));
  differences.push(...compareText(profile, "bios_version", built.firmwareVersion, "firmware version"));
  return { fits: differences.every(({ severity }) => severity === "warning"), differences };
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

function compareAlias(alias: TreeMap, built: BuiltHardware, used: ReadonlySet<string>): HardwareDifference[] {
  const name = textAt(alias, "alias");
  const path = `device_aliases[${JSON.stringify(name)}]`;
  const search = findDevice(alias, built);
  if (search === undefined) return [];
  const [device, ...more] = search.found;
  if (device === undefined || more.length > 0) {
    return [
      {
        field: `${path}.${search.field}`,
        designed: search.designed,
        built: device === undefined ? "" : `${search.found.length} devices`,
        message: `alias ${name}: ${misfit(search)}`,
        severity: used.has(name) ? "error" : "warning",
      },
    ];
  }
  const type = textAt(alias, "dev_type");
  if (type === "" || device === "" || alike(type, device)) return [];
  const message = `alias ${name}: ${search.wanted} is ${device}, not ${type}`;
  return [{ field: `${path}.dev_type`, designed: type, built: device, message, severity: "warning" }];
}

function misfit({ found, wanted, others }: DeviceSearch): string {
  if (found.length > 0) return `${found.length} devices fit, and it must be one: ${wanted}`;
  const shown = others.slice(0, SHOWN).join(", ") + (others.length > SHOWN ? ", …" : "");
  return `no ${wanted} (${shown === "" ? "nothing of that sort was found" : `found ${shown}`})`;
}

function compareText(profile: TreeMap, field: string, built: string, what: string): HardwareDifference[] {
  const designed = textAt(profile, field);
  if (designed === "" || built === "" || alike(designed, built)) return [];
  return [{ field, designed, built, message: `the ${what} is ${built}, not ${designed}`, severity: "warning" }];
}

function alike(one: string, other: string): boolean {
  const [a, b] = [one.trim().toLowerCase(), other.trim().toLowerCase()];
  return a.includes(b) || b.includes(a);
}
