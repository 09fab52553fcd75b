import type { AliasSpec, InterfaceSpec, ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { hardwareMismatch } from "../driver-error.ts";
import { pciAddress } from "../hardware/pci-devices.ts";
import type { Machine, Nic } from "../server/machine.ts";
import { listed } from "../text.ts";
import { addressTest } from "./address-test.ts";
import { isNic, type NicPlaces, placeOf } from "./nic-places.ts";

/**
 * Finds the interface each device of the specification's interfaces means, by alias first, else by its name. Fails with
 * HARDWARE_MISMATCH, naming alias, address and candidates, unless each means exactly one and no two mean the same; so nothing is
 * written before all are bound.
 */
export function bindNics(spec: ServerSpec, machine: Machine, places: NicPlaces): Map<string, Nic> {
  const physical = machine.nics.filter(({ type }) => type === "physical");
  const bound = new Map<string, Nic>();
  const users = new Map<number, string>();
  for (const wanted of spec.interfaces) {
    for (const device of wanted.devices) {
      if (bound.has(device)) continue;
      const alias = spec.aliases.find((candidate) => candidate.alias === device);
      const found = alias ? fittingAlias(alias, machine, physical, places) : namedNics(device, wanted, physical);
      const [nic] = found;
      if (nic === undefined || found.length > 1)
        throw mismatch(machine, wanted, device, alias, found, physical, places);
      const other = users.get(nic.id);
      if (other !== undefined) throw sameDevice(machine, other, device, describe(nic, places));
      users.set(nic.id, device);
      bound.set(device, nic);
    }
  }
  return bound;
}

function fittingAlias(alias: AliasSpec, machine: Machine, physical: readonly Nic[], places: NicPlaces): Nic[] {
  if (alias.address !== "") return atAddress(alias, machine, physical, places);
  const mac = (alias.mac || alias.serial).trim().toLowerCase().replaceAll("-", ":");
  return mac === "" ? [] : physical.filter((nic) => nic.mac === mac);
}

/** By what MAAS knows, and by what lshw said of devices MAAS knows no place of. Fails when the two contradict each other. */
function atAddress(alias: AliasSpec, machine: Machine, physical: readonly Nic[], places: NicPlaces): Nic[] {
  const fits = addressTest(alias.address);
  const { devices, lshw } = places;
  const ids = devices.filter((device) => fits(device.address)).map(({ nicId }) => nicId);
  const known = physical.filter(({ id }) => ids.includes(id));
  const told = lshw.filter(({ businfo }) => businfo.startsWith("pci@") && fits(pciAddress(businfo)));
  const said = physical.filter((nic) => told.some((device) => isNic(device, nic)));
  for (const nic of said) {
    const place = devices.find(({ nicId }) => nicId === nic.id)?.address;
    if (place === undefined || fits(place)) continue;
    throw hardwareMismatch(
      machine.hostname,
      `lshw found ${nic.name} ${nic.mac} at ${alias.address} of machine ${machine.hostname}, where alias ${alias.alias} is, and MAAS has it at ${place}`,
      "commission the machine again, so that both are of one time",
    );
  }
  return physical.filter((nic) => known.includes(nic) || said.includes(nic));
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
  places: NicPlaces,
): Error {
  const place = alias === undefined ? "" : ` (${aliasPlace(alias)})`;
  const what = alias === undefined ? `device ${device}` : `alias ${device}${place}`;
  const candidates = (found.length > 0 ? found : physical).map((nic) => describe(nic, places));
  const fits = found.length === 0 ? "no network interface" : `${found.length} network interfaces`;
  return hardwareMismatch(
    machine.hostname,
    `${what} of interface ${wanted.name} fits ${fits} of machine ${machine.hostname}; it has ${listed(candidates) || "none"}`,
    "mend the alias in the hardware profile, or the machine, then commission it again",
  );
}

function sameDevice(machine: Machine, one: string, other: string, nic: string): Error {
  return hardwareMismatch(
    machine.hostname,
    `the devices ${one} and ${other} are the same network interface of machine ${machine.hostname}: ${nic}`,
    "mend the aliases in the hardware profile, or use one of them",
  );
}

function describe(nic: Nic, places: NicPlaces): string {
  const place = placeOf(places, nic);
  return `${nic.name} ${nic.mac}${place === undefined ? "" : ` at ${place}`}`;
}

/** Where an alias says its device is, for people. */
export function aliasPlace(alias: AliasSpec): string {
  if (alias.address !== "") return `${alias.busType || "bus"} address ${alias.address}`;
  if (alias.serial !== "") return `serial number ${alias.serial}`;
  if (alias.wwn !== "") return `WWN ${alias.wwn}`;
  if (alias.mac !== "") return `MAC address ${alias.mac}`;
  return alias.minSize === "" ? "no place" : `size of at least ${alias.minSize}`;
}
