import type { TreeMap } from "../../design/tree.ts";
import type { BuiltDevice, BuiltHardware } from "../find-device.ts";
import { mapsAt, textAt, textsAt } from "../read-tree.ts";
import { type Finding, type Looked, NOTHING, together } from "./difference.ts";

/**
 * Compares the kernel modules a profile wants with those in use. A module is wanted where the machine has a device of its PCI ids: that device must use it. Without PCI ids the
 * module must be loaded. Modules come with the installation, so before a machine tells of itself as installed what differs is told and stops nothing.
 */
export function compareDrivers(profile: TreeMap, built: BuiltHardware): Looked {
  return together(mapsAt(profile, "hardware_drivers").map((driver) => compareDriver(driver, built)));
}

function compareDriver(driver: TreeMap, built: BuiltHardware): Looked {
  const name = textAt(driver, "name");
  const field = `hardware_drivers[${JSON.stringify(name)}]`;
  const weight: Finding["weight"] = built.source === "node" ? "plain" : "open";
  const ids = new Set(textsAt(driver, "pci_ids").map((id) => id.toLowerCase()));
  const untold = { findings: [], untold: [field] };
  if (ids.size === 0) {
    if (textsAt(driver, "modaliases").length === 0) return NOTHING;
    if (built.modules.length === 0) return untold;
    if (built.modules.some((module) => sameModule(module, name))) return NOTHING;
    const message = `module ${name} is not loaded${later(weight)}`;
    return { findings: [{ field, designed: name, built: "", message, weight }], untold: [] };
  }
  if (built.devices.every(({ vendorId }) => vendorId === "")) return ids.size > 0 ? untold : NOTHING;
  const findings = built.devices
    .filter((device) => ids.has(idOf(device)) && !sameModule(device.driver, name))
    .map((device): Finding => {
      const used = device.driver === "" ? "uses no module" : `uses module ${device.driver}`;
      const message = `device ${device.pciAddress} (${idOf(device)}) ${used}, not ${name}${later(weight)}`;
      return { field, designed: name, built: device.driver, message, weight };
    });
  return { findings, untold: [] };
}

function later(weight: Finding["weight"]): string {
  return weight === "open" ? "; the installation brings it" : "";
}

function idOf({ vendorId, productId }: BuiltDevice): string {
  return `${vendorId}:${productId}`.toLowerCase();
}

/** The kernel takes "-" and "_" in a module's name for the same. */
function sameModule(one: string, other: string): boolean {
  return one.replaceAll("-", "_") === other.replaceAll("-", "_");
}
