import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { HardwareManifestSchema } from "../../../../gen/bedplate/type/v1/hardware_pb.js";
import { text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { notFound, rejected } from "../driver-error.ts";
import { DRIVER_NAME } from "../driver-name.ts";
import { findMachine } from "../server/find-machine.ts";
import type { Machine } from "../server/machine.ts";
import { isCommissioned } from "../server/status.ts";
import { wwnOf } from "../storage/bind-disks.ts";
import { oneLine } from "../text.ts";
import { type PciDevice, readPciDevices } from "./pci-devices.ts";
import { readScsiAddresses } from "./scsi-disks.ts";

/** The plain form of a manifest. */
export type ManifestInit = Exclude<MessageInitShape<typeof HardwareManifestSchema>, { $typeName: string }>;

/**
 * What a machine is made of, as its commissioning found: from the machine itself, its PCI devices, and lshw's output for the
 * SCSI addresses. NOT_FOUND when MAAS does not know the machine, FAILED_PRECONDITION when it was not commissioned.
 */
export async function readManifest(client: MaasClient, identity: ServerIdentity): Promise<ManifestInit> {
  const machine = await findMachine(client, identity);
  if (machine === undefined) {
    throw notFound(`MAAS has no machine for node ${identity.name}`, {
      subject: identity.name,
      hint: "commission the node first; check its boot_mac and the address of its BMC",
    });
  }
  if (!isCommissioned(machine.status)) {
    throw rejected(`machine ${machine.hostname} is "${machine.statusName}", so its hardware is not known`, {
      subject: identity.name,
      hint: "commission the node first",
    });
  }
  const [devices, scsi] = await Promise.all([
    readPciDevices(client, machine.systemId),
    readScsiAddresses(client, machine.systemId, machine.disks),
  ]);
  return manifestOf(machine, devices, scsi);
}

/** Puts a manifest together. What MAAS calls unknown is left empty. */
export function manifestOf(
  machine: Machine,
  devices: readonly PciDevice[],
  scsi: ReadonlyMap<number, string>,
): ManifestInit {
  const info = (name: string) => known(text(machine.hardwareInfo[name]));
  return {
    systemVendor: info("system_vendor"),
    systemProduct: info("system_product"),
    systemSerial: info("system_serial"),
    firmwareVersion: info("mainboard_firmware_version"),
    cpuCount: machine.cpuCount,
    memoryMib: machine.memoryMib,
    nics: machine.nics
      .filter(({ type }) => type === "physical")
      .slice(0, 256)
      .map((nic) => {
        const device = devices.find(({ nicId }) => nicId === nic.id);
        return {
          logicalName: nic.name,
          pciAddress: device?.address ?? "",
          mac: nic.mac,
          vendor: known(nic.vendor || (device?.vendor ?? "")),
          product: known(nic.product || (device?.product ?? "")),
          speedMbps: Math.max(0, Math.trunc(nic.speedMbps)),
        };
      }),
    disks: machine.disks
      .filter(({ type }) => type === "physical")
      .slice(0, 1024)
      .map((disk) => ({
        logicalName: disk.name,
        scsiAddress: scsi.get(disk.id) ?? "",
        serial: known(disk.serial),
        wwn: wwnOf(disk),
        model: known(disk.model),
        sizeBytes: disk.size.toString(),
      })),
    observedAt: timestampNow(),
    source: DRIVER_NAME,
  };
}

function known(source: string): string {
  return source.toLowerCase() === "unknown" ? "" : oneLine(source, 256);
}
