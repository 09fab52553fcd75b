import type { AliasSpec, InterfaceSpec, ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { hardwareMismatch } from "../driver-error.ts";
import { type PciDevice, pciAddress } from "../hardware/pci-devices.ts";
import type { Machine, Nic } from "../server/machine.ts";
import { listed } from "../text.ts";

/**
 * Finds the interface each device of the specification's interfaces means, by alias first, else by its name. Fails with
 * HARDWARE_MISMATCH, naming alias, address and candidates, unless each means exactly one; so nothing is written before all
 * are bound.
 */
export function bindNics(spec: ServerSpec, machine: Machine, devices: readonly PciDevice[]): Map<string, Nic> {
  const physical = machine.nics.filter(({ type }) => type === "physical");
  const bound = new Map<string, Nic>();
  for (const wanted of spec.interfaces) {
    for (const device of wanted.devices) {
      if (bound.has(device)) continue;
      const alias = spec.aliases.find((candidate) => candidate.alias === device);
      const found = alias ? fittingAlias(alias, physical, devices) : namedNics(device, wanted, physical);
      const [nic] = found;
      if (nic === undefined || found.length > 1)
        throw mismatch(machine, wanted, device, alias, found, physical, devices);
      bound.set(device, nic);
    }
  }
  return bound;
}

function fittingAlias(alias: AliasSpec, physical: readonly Nic[], devices: readonly PciDevice[]): Nic[] {
  if (alias.address !== "") {
    const fits = addressTest(alias.address);
    const ids = devices.filter((device) => fits(device.address)).map(({ nicId }) => nicId);
    return physical.filter(({ id }) => ids.includes(id));
  }
  const mac = (alias.mac || alias.serial).toLowerCase();
  return mac === "" ? [] : physical.filter((nic) => nic.mac === mac);
}

/** An address, or behind `regexp:` a pattern that addresses begin with, as designs of earlier forms have it. */
function addressTest(address: string): (at: string) => boolean {
  const source = /^regexp:(.+)$/.exec(address)?.[1];
  if (source === undefined) {
    const wanted = pciAddress(address);
    return (at) => at === wanted;
  }
  try {
    const pattern = new RegExp(`^(?:${source})`, "i");
    return (at) => pattern.test(at);
  } catch {
    return () => false;
  }
}

/** By name; the interface may already have the name the design gives it. */
function namedNics(device: string, wanted: InterfaceSpec, physical: readonly Nic[]): Nic[] {
  const byName = physical.filter(({ name }) => name === device);
  return byName.length > 0
    ? byName
    : physical.filter(({ name }) => wanted.devices.length === 1 && name === wanted.name);
}

function mismatch(
  machine: Machine,
  wanted: InterfaceSpec,
  device: string,
  alias: AliasSpec | undefined,
  found: readonly Nic[],
  physical: readonly Nic[],
  devices: readonly PciDevice[],
): Error {
  const place = alias === undefined ? "" : ` (${aliasPlace(alias)})`;
  const what = alias === undefined ? `device ${device}` : `alias ${device}${place}`;
  const candidates = (found.length > 0 ? found : physical).map((nic) => {
    const pci = devices.find(({ nicId }) => nicId === nic.id)?.address;
    return `${nic.name} ${nic.mac}${pci === undefined ? "" : ` at ${pci}`}`;
  });
  const fits = found.length === 0 ? "no network interface" : `${found.length} network interfaces`;
  return hardwareMismatch(
    machine.hostname,
    `${what} of interface ${wanted.name} fits ${fits} of machine ${machine.hostname}; it has ${listed(candidates) || "none"}`,
    "mend the alias in the hardware profile, or the machine, then commission it again",
  );
}

/** Where an alias says its device is, for people. */
export function aliasPlace(alias: AliasSpec): string {
  if (alias.address !== "") return `${alias.busType || "bus"} address ${alias.address}`;
  if (alias.serial !== "") return `serial number ${alias.serial}`;
  if (alias.wwn !== "") return `WWN ${alias.wwn}`;
  if (alias.mac !== "") return `MAC address ${alias.mac}`;
  return alias.minSize === "" ? "no place" : `size of at least ${alias.minSize}`;
}
