import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import type { ServerIdentity } from "../../../../gen/bedplate/driver/v1/server_spec_pb.js";
import type { HardwareDeviceSchema, HardwareManifestSchema } from "../../../../gen/bedplate/type/v1/hardware_pb.js";
import { ifThere } from "../client/if-there.ts";
import { text } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { notFound, rejected } from "../driver-error.ts";
import { DRIVER_NAME } from "../driver-name.ts";
import { findMachine } from "../server/find-machine.ts";
import type { Machine } from "../server/machine.ts";
import { isCommissioned } from "../server/status.ts";
import { wwnOf } from "../storage/bind-disks.ts";
import type { BlockDevice } from "../storage/block-device.ts";
import { oneLine } from "../text.ts";
import { type ManifestReport, type ReportedDevice, type ReportedDisk, readManifestReport } from "./manifest-report.ts";
import { type PciDevice, readPciDevices } from "./pci-devices.ts";
import { readScsiAddresses } from "./scsi-disks.ts";

/** The plain form of a manifest. */
export type ManifestInit = Exclude<MessageInitShape<typeof HardwareManifestSchema>, { $typeName: string }>;

type DeviceInit = Exclude<MessageInitShape<typeof HardwareDeviceSchema>, { $typeName: string }>;

/**
 * What a machine is made of, as its commissioning found: from the machine itself, its PCI devices, lshw's output for the
 * SCSI addresses, and what the manifest script said. All but the machine itself may be absent. NOT_FOUND when MAAS does not know the machine, FAILED_PRECONDITION when it was not commissioned.
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
  const [devices, scsi, report] = await Promise.all([
    ifThere(readPciDevices(client, machine.systemId)),
    ifThere(readScsiAddresses(client, machine.systemId, machine.disks)),
    readManifestReport(client, machine.systemId),
  ]);
  return manifestOf(machine, devices ?? [], scsi ?? new Map(), report);
}

/** Puts a manifest together: what MAAS's own tables say comes before the report of the manifest script. What MAAS calls unknown is left empty. */
export function manifestOf(
  machine: Machine,
  devices: readonly PciDevice[],
  scsi: ReadonlyMap<number, string>,
  report: ManifestReport | undefined,
): ManifestInit {
  const info = (name: string, dmi = "") => known(text(machine.hardwareInfo[name])) || known(report?.dmi[dmi] ?? "");
  return {
    systemVendor: info("system_vendor", "sys_vendor"),
    systemProduct: info("system_product", "product_name"),
    systemSerial: info("system_serial", "product_serial"),
    firmwareVersion: info("mainboard_firmware_version", "bios_version"),
    cpuModel: info("cpu_model") || known(report?.cpuModel ?? ""),
    cpuCount: machine.cpuCount || (report?.cpuCount ?? 0),
    memoryMib: machine.memoryMib,
    bootMode: bootMode(machine.bootMethod ?? "") || bootMode(report?.bootMode ?? ""),
    architecture: architecture(machine.architecture || (report?.architecture ?? "")),
    devices: deviceList(devices, report?.devices ?? []).slice(0, 1024),
    modules: (report?.modules ?? []).slice(0, 2048),
    nics: machine.nics
      .filter(({ type }) => type === "physical")
      .slice(0, 256)
      .map((nic) => {
        const device = devices.find(({ nicId }) => nicId === nic.id);
        const reported = report?.nics.find(({ mac }) => mac === nic.mac);
        return {
          logicalName: nic.name,
          pciAddress: device?.address || (reported?.pciAddress ?? ""),
          mac: nic.mac,
          vendor: known(nic.vendor || (device?.vendor ?? "")),
          product: known(nic.product || (device?.product ?? "")),
          speedMbps: Math.max(0, Math.trunc(nic.speedMbps)),
          firmwareVersion: known(nic.firmwareVersion ?? "") || known(reported?.firmwareVersion ?? ""),
        };
      }),
    disks: machine.disks
      .filter(({ type }) => type === "physical")
      .slice(0, 1024)
      .map((disk) => {
        const reported = reportedDisk(disk, report?.disks ?? []);
        return {
          logicalName: disk.name,
          scsiAddress: scsi.get(disk.id) ?? reported?.scsiAddress ?? "",
          serial: known(disk.serial),
          wwn: wwnOf(disk) || (reported?.wwn ?? ""),
          model: known(disk.model),
          sizeBytes: disk.size.toString(),
          firmwareVersion: known(disk.firmwareVersion ?? "") || known(reported?.firmwareVersion ?? ""),
        };
      }),
    observedAt: timestampNow(),
    source: DRIVER_NAME,
  };
}

/** The report's entry of a disk: by serial number where it is told, else by name. */
function reportedDisk({ name, serial }: BlockDevice, disks: readonly ReportedDisk[]): ReportedDisk | undefined {
  const bySerial = disks.filter((disk) => disk.serial !== "" && disk.serial === serial);
  return bySerial.length === 1 ? bySerial[0] : disks.find((disk) => disk.name === name);
}

/** The devices MAAS lists and those the script saw, by address. Which module drives one now the script knows better. */
function deviceList(devices: readonly PciDevice[], reported: readonly ReportedDevice[]): DeviceInit[] {
  const found = new Map<string, DeviceInit>();
  for (const { address, vendorId = "", productId = "", vendor, product, driver = "" } of devices) {
    if (address === "") continue;
    found.set(address, {
      pciAddress: address,
      vendorId,
      productId,
      vendor: known(vendor),
      product: known(product),
      driver,
    });
  }
  for (const { address, vendorId, productId, driver } of reported) {
    if (address === "") continue;
    const before = found.get(address);
    found.set(address, {
      ...before,
      pciAddress: address,
      vendorId: before?.vendorId || vendorId,
      productId: before?.productId || productId,
      driver: driver || (before?.driver ?? ""),
    });
  }
  return [...found.values()].sort((a, b) => ((a.pciAddress ?? "") < (b.pciAddress ?? "") ? -1 : 1));
}

/** MAAS calls what a BIOS boots by "pxe", and each way of UEFI "uefi" or with that in front. */
function bootMode(method: string): string {
  if (/^uefi/i.test(method)) return "uefi";
  return /^(?:pxe|bios)$/i.test(method) ? "bios" : "";
}

/** MAAS writes "amd64/generic", the kernel "x86_64". */
function architecture(name: string): string {
  const bare = name.split("/")[0] ?? "";
  const words: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", ppc64le: "ppc64el" };
  return words[bare] ?? bare;
}

function known(source: string): string {
  return source.toLowerCase() === "unknown" ? "" : oneLine(source, 256);
}
