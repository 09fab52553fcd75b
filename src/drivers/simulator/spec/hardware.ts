import type { AliasSpec, ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import { chance } from "../world/chance.ts";

/** The plain form of a manifest, without when and by whom it was seen. */
export interface BuiltHardware {
  readonly systemVendor: string;
  readonly systemProduct: string;
  readonly systemSerial: string;
  readonly nics: readonly BuiltNic[];
  readonly disks: readonly BuiltDisk[];
}

interface BuiltNic {
  readonly logicalName: string;
  pciAddress: string;
  mac: string;
  product: string;
  readonly speedMbps: number;
}

interface BuiltDisk {
  readonly logicalName: string;
  scsiAddress: string;
  serial: string;
  wwn: string;
  model: string;
  sizeBytes: string;
}

const UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 };

/**
 * The machine that fits a specification: one device for each place its hardware aliases name, as they are expected there. Maker, model, processors and memory are
 * left out, so that it fits whatever a profile says; the boot interface has the MAC address the machine is known by.
 */
export function hardwareOf(spec: ServerSpec): BuiltHardware {
  const { identity, aliases, interfaces } = spec;
  const name = identity?.name ?? "";
  const nics = new Map<string, BuiltNic>();
  const disks = new Map<string, BuiltDisk>();
  const nicOf = new Map<string, BuiltNic>();
  for (const alias of aliases) {
    const place = placeOf(alias);
    if (place === undefined) continue;
    if (place.isDisk) {
      const known = disks.get(place.key);
      disks.set(place.key, known ?? newDisk(alias, disks.size));
      continue;
    }
    const nic = nics.get(place.key) ?? newNic(alias, nics.size, name);
    nics.set(place.key, nic);
    nicOf.set(alias.alias, nic);
  }
  const boot = interfaces.find((each) => each.name === "pxe") ?? interfaces[0];
  const bootNic = nicOf.get(boot?.devices[0] ?? "") ?? nics.values().next().value;
  const bootMac = identity?.bootMac ?? "";
  if (bootMac !== "") {
    if (bootNic === undefined) nics.set("boot", { ...newNic(undefined, 0, name), mac: bootMac });
    else if (![...nics.values()].some(({ mac }) => mac === bootMac)) bootNic.mac = bootMac;
  }
  if (disks.size === 0) disks.set("", { ...newDisk(undefined, 0), scsiAddress: "0:0.0.0", sizeBytes: "480000000000" });
  return {
    systemVendor: "",
    systemProduct: "",
    systemSerial: `SIM-${name}`.slice(0, 256),
    nics: [...nics.values()].slice(0, 256),
    disks: [...disks.values()].slice(0, 1_024),
  };
}

function placeOf({
  busType,
  address,
  serial,
  wwn,
  mac,
  minSize,
}: AliasSpec): { key: string; isDisk: boolean } | undefined {
  if (address !== "") return { key: `${busType} ${address}`, isDisk: busType === "scsi" };
  if (serial !== "") return { key: `serial ${serial}`, isDisk: true };
  if (wwn !== "") return { key: `wwn ${wwn}`, isDisk: true };
  if (mac !== "") return { key: `mac ${mac}`, isDisk: false };
  return minSize === "" ? undefined : { key: `size ${minSize}`, isDisk: true };
}

function newNic(alias: AliasSpec | undefined, index: number, name: string): BuiltNic {
  const number = Math.floor(chance(1, "mac", name, index) * 0x1_0000_0000);
  const tail = number.toString(16).padStart(8, "0").match(/../g) ?? [];
  return {
    logicalName: `eno${index + 1}`,
    pciAddress: literal(alias?.address ?? ""),
    mac: alias?.mac ? alias.mac.toLowerCase() : ["02", "5b", ...tail].join(":"),
    product: alias?.devType ?? "",
    speedMbps: 25_000,
  };
}

function newDisk(alias: AliasSpec | undefined, index: number): BuiltDisk {
  return {
    logicalName: index < 26 ? `sd${String.fromCharCode(97 + index)}` : `sd${index}`,
    scsiAddress: literal(alias?.address ?? ""),
    serial: alias?.serial ?? "",
    wwn: alias?.wwn ?? "",
    model: alias?.devType ?? "",
    sizeBytes: bytesOf(alias?.minSize ?? ""),
  };
}

/** An address that a pattern fits: the pattern's own text without its escapes. */
function literal(address: string): string {
  return (address.startsWith("regexp:") ? address.slice("regexp:".length).replace(/[\\^$]/g, "") : address).slice(
    0,
    64,
  );
}

/** A size in bytes, as decimal text; empty when it can't be told. */
function bytesOf(size: string): string {
  const [, digits = "", unit = "", binary = ""] = /^\s*([0-9.]+)\s*([kmgtp]?)(i?)b?\s*$/i.exec(size) ?? [];
  if (digits === "") return "";
  const factor = UNITS[unit.toLowerCase()] ?? 1;
  const power = Math.round(Math.log10(factor) / 3);
  // Whatever the unit is taken for, the machine has enough.
  const bytes = Number(digits) * Math.max(factor, 1024 ** power);
  return binary === undefined ? "" : String(Math.ceil(bytes));
}
