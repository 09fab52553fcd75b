import type { TreeMap } from "../../design/tree.ts";
import type { DesignView } from "../design-view.ts";
import { mapsAt, textAt, textsAt } from "../read-tree.ts";

/** A kernel module MAAS installs on machines that have a device of one of the modaliases. */
export interface WantedDriver {
  readonly module: string;
  /** Empty when the kernel brings the module. */
  readonly package: string;
  /** Empty when the package is in a repository the machine has anyway. */
  readonly repository: string;
  /** Base64 of the repository's public key in its binary form, without blanks; empty without a repository. */
  readonly key: string;
  readonly blacklist: string;
  readonly comment: string;
  /** Releases it is for; none for all. */
  readonly series: readonly string[];
  /** Patterns, at least one. */
  readonly modaliases: readonly string[];
  /** The profiles that want it. */
  readonly profiles: readonly string[];
}

/** The drivers of a design's hardware profiles, and what there is to say of them. */
export interface WantedDrivers {
  /** By module, each once over all profiles. */
  readonly drivers: readonly WantedDriver[];
  /** Drivers that are left out, each with the reason: MAAS could not install them, or would fail every deployment that wants one. */
  readonly leftOut: readonly string[];
  /** What is rendered and may still surprise. */
  readonly warnings: readonly string[];
}

/** Gathers the drivers of the profiles that nodes use; of all profiles when the design has no node. Order doesn't matter: equal designs give equal answers. */
export function wantedDrivers(view: DesignView): WantedDrivers {
  const used = new Set([...view.nodes.values()].map((node) => textAt(node, "hardware_profile")));
  const profiles = [...view.hardwareProfiles].filter(([name]) => view.nodes.size === 0 || used.has(name));
  const found = new Map<string, WantedDriver>();
  const leftOut: string[] = [];
  const warnings: string[] = [];
  for (const [profile, tree] of profiles) {
    const drivers = mapsAt(tree, "hardware_drivers");
    if (drivers.length > 1) {
      warnings.push(
        `${profile} names ${drivers.length} drivers, and MAAS installs one on each machine: the first of the file that fits it`,
      );
    }
    for (const driver of drivers) {
      const wanted = readDriver(driver, profile);
      if (typeof wanted === "string") {
        leftOut.push(`${profile}: ${wanted}`);
        continue;
      }
      const { modaliases: _patterns, profiles: _who, ...rest } = wanted;
      const key = JSON.stringify([rest.module, rest]);
      const before = found.get(key);
      found.set(key, before === undefined ? wanted : merged(before, wanted));
    }
  }
  const drivers = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, driver]) => driver);
  return { drivers, leftOut, warnings: [...warnings, ...twins(drivers)] };
}

/** The pattern of the kernel's name for every device of a PCI id, such as "8086:1563". The kernel writes hex digits in upper case, and MAAS compares case by case. */
export function modaliasOf(pciId: string): string {
  const [vendor = "", product = ""] = pciId.split(":").map((part) => part.toUpperCase().padStart(8, "0"));
  return `pci:v${vendor}d${product}sv*sd*bc*sc*i*`;
}

/** A driver as MAAS takes it, or why it can't be one. */
function readDriver(driver: TreeMap, profile: string): WantedDriver | string {
  const module = textAt(driver, "name");
  const modaliases = [...textsAt(driver, "modaliases"), ...textsAt(driver, "pci_ids").map(modaliasOf)];
  if (modaliases.length === 0) return `driver ${module} is for no hardware (pci_ids, modaliases)`;
  const repository = textAt(driver, "repository");
  const key = binaryKey(textAt(driver, "key"));
  if (key === undefined) return `the key of driver ${module} is no base64`;
  if (key === "" && repository !== "") return `driver ${module} has no key, without which its repository isn't trusted`;
  return {
    ...{ module, package: textAt(driver, "package"), repository, key },
    ...{ blacklist: textAt(driver, "blacklist"), comment: textAt(driver, "comment") },
    series: sorted(textsAt(driver, "series")),
    modaliases: sorted(modaliases),
    profiles: [profile],
  };
}

/** The same key in one spelling; undefined for what is no base64. */
export function binaryKey(text: string): string | undefined {
  const bare = text.replace(/\s+/g, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) return undefined;
  return bare;
}

function merged(one: WantedDriver, other: WantedDriver): WantedDriver {
  return {
    ...one,
    modaliases: sorted([...one.modaliases, ...other.modaliases]),
    profiles: sorted([...one.profiles, ...other.profiles]),
  };
}

/** Drivers that want the same device: MAAS takes the first. */
function twins(drivers: readonly WantedDriver[]): string[] {
  const owners = new Map<string, WantedDriver>();
  const found: string[] = [];
  for (const driver of drivers) {
    for (const pattern of driver.modaliases) {
      const owner = owners.get(pattern);
      if (owner === undefined) owners.set(pattern, driver);
      else found.push(`${nameOf(owner)} and ${nameOf(driver)} are both for ${pattern}, and MAAS takes the first`);
    }
  }
  return found;
}

function nameOf({ module, profiles }: WantedDriver): string {
  return `driver ${module} of ${profiles.join(", ")}`;
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
