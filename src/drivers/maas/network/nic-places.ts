import type { ServerSpec } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { MaasClient } from "../client/maas-client.ts";
import { readBsonBytes } from "../hardware/bson.ts";
import { type LshwDevice, readLshw } from "../hardware/lshw.ts";
import { type PciDevice, pciAddress, readPciDevices } from "../hardware/pci-devices.ts";
import type { Machine, Nic } from "../server/machine.ts";
import { addressTest } from "./address-test.ts";

/** Where the NICs of a machine sit. */
export interface NicPlaces {
  /** What MAAS made of the devices its commissioning found. */
  readonly devices: readonly PciDevice[];
  /** What lshw said; empty when MAAS knows the place of every NIC an alias names. */
  readonly lshw: readonly LshwDevice[];
}

const DETAILS_MAX_BYTES = 32 * 1024 * 1024;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/;

/**
 * Reads where a machine's NICs sit: what MAAS knows, and lshw's output of the last commissioning when a bus address of an alias that
 * an interface uses is not that of one NIC.
 */
export async function readNicPlaces(client: MaasClient, spec: ServerSpec, machine: Machine): Promise<NicPlaces> {
  const devices = await readPciDevices(client, machine.systemId);
  const used = new Set(spec.interfaces.flatMap((wanted) => wanted.devices));
  const isKnown = spec.aliases
    .filter(({ alias, address }) => address !== "" && used.has(alias))
    .every(({ address }) => {
      const fits = addressTest(address);
      return devices.filter((device) => device.nicId !== 0 && fits(device.address)).length === 1;
    });
  if (isKnown) return { devices, lshw: [] };
  const path = `machines/${encodeURIComponent(machine.systemId)}/`;
  const details = await client.getBytes({ path, op: "details", maxBytes: DETAILS_MAX_BYTES });
  const lshw = readBsonBytes(details)?.get("lshw");
  return { devices, lshw: lshw === undefined ? [] : readLshw(lshw.toString("utf8")) };
}

/** The bus address of a NIC: what MAAS knows, else what lshw said; undefined when neither tells. */
export function placeOf({ devices, lshw }: NicPlaces, nic: Nic): string | undefined {
  const known = devices.find(({ nicId }) => nicId === nic.id)?.address;
  if (known !== undefined) return known;
  const told = lshw.find((device) => device.businfo.startsWith("pci@") && isNic(device, nic));
  return told && pciAddress(told.businfo);
}

/** Whether a device of lshw is a NIC: its serial number is the MAC address. */
export function isNic(device: LshwDevice, nic: Nic): boolean {
  const serial = device.serial.toLowerCase();
  return MAC.test(serial) ? serial === nic.mac : serial === "" && device.names.includes(nic.name);
}
