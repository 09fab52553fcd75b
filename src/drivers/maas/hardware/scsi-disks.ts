import type { MaasClient } from "../client/maas-client.ts";
import type { BlockDevice } from "../storage/block-device.ts";
import { readBsonBytes } from "./bson.ts";
import { type LshwDevice, readLshw } from "./lshw.ts";

const DETAILS_MAX_BYTES = 32 * 1024 * 1024;

/**
 * The SCSI address of each disk by the disk's id, such as "2:0.0.0". MAAS's own tables have none: it comes from the lshw
 * output of the last commissioning, empty when there is none.
 */
export async function readScsiAddresses(
  client: MaasClient,
  systemId: string,
  disks: readonly BlockDevice[],
): Promise<Map<number, string>> {
  const path = `machines/${encodeURIComponent(systemId)}/`;
  const details = await client.getBytes({ path, op: "details", maxBytes: DETAILS_MAX_BYTES });
  const lshw = readBsonBytes(details)?.get("lshw");
  return lshw === undefined ? new Map() : scsiAddresses(readLshw(lshw.toString("utf8")), disks);
}

/** Joins lshw's devices to disks, by serial number where lshw tells one, else by name. */
export function scsiAddresses(devices: readonly LshwDevice[], disks: readonly BlockDevice[]): Map<number, string> {
  const found = new Map<number, string>();
  const scsi = devices.filter(({ businfo }) => businfo.startsWith("scsi@"));
  for (const disk of disks) {
    if (disk.type !== "physical") continue;
    const bySerial = scsi.filter((device) => device.serial !== "" && device.serial === disk.serial);
    const [device] = bySerial.length === 1 ? bySerial : scsi.filter(({ names }) => names.includes(disk.name));
    if (device !== undefined) found.set(disk.id, device.businfo.slice("scsi@".length));
  }
  return found;
}
