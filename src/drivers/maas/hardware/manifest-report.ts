import { ScriptOutcome } from "../../../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ifThere } from "../client/if-there.ts";
import { type Json, number, object, objects, text, texts } from "../client/json.ts";
import type { MaasClient } from "../client/maas-client.ts";
import { MANIFEST_SCRIPT_NAME } from "../scripts/manifest-script.ts";
import { readSetOutput } from "../scripts/script-sets.ts";
import { pciAddress } from "./pci-devices.ts";

/** What the manifest script said of a machine. What it didn't is empty or 0. */
export interface ManifestReport {
  readonly dmi: Readonly<Record<string, string>>;
  readonly bootMode: string;
  readonly architecture: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly modules: readonly string[];
  readonly devices: readonly ReportedDevice[];
  readonly nics: readonly ReportedNic[];
  readonly disks: readonly ReportedDisk[];
}

/** A device on a PCI bus, with the module that drives it. */
export interface ReportedDevice {
  readonly address: string;
  readonly vendorId: string;
  readonly productId: string;
  readonly driver: string;
}

/** A network port. */
export interface ReportedNic {
  readonly mac: string;
  readonly pciAddress: string;
  readonly firmwareVersion: string;
}

/** A disk; the world wide name is without "0x" and the like. */
export interface ReportedDisk {
  readonly name: string;
  readonly serial: string;
  readonly wwn: string;
  readonly scsiAddress: string;
  readonly firmwareVersion: string;
}

/** What the manifest script printed in the last commissioning; undefined when it didn't run in it, didn't succeed, or printed something else. */
export async function readManifestReport(client: MaasClient, systemId: string): Promise<ManifestReport | undefined> {
  const set = await ifThere(readSetOutput(client, systemId, "current-commissioning", MANIFEST_SCRIPT_NAME));
  const run = set?.results.find(({ name }) => name === MANIFEST_SCRIPT_NAME);
  if (run === undefined || run.outcome !== ScriptOutcome.PASSED) return undefined;
  return parseManifestReport(run.output.toString("utf8"));
}

/** Reads what the script prints; undefined when it is no such document. A line of a wrapper around it is passed over. */
export function parseManifestReport(source: string): ManifestReport | undefined {
  let value: unknown;
  try {
    value = JSON.parse(source.slice(source.indexOf("{"), source.lastIndexOf("}") + 1));
  } catch {
    return undefined;
  }
  const json = object(value);
  if (json.bedplate_manifest === undefined) return undefined;
  const cpu = object(json.cpu);
  return {
    dmi: Object.fromEntries(Object.entries(object(json.dmi)).map(([name, entry]) => [name, text(entry)])),
    bootMode: text(json.boot_mode),
    architecture: text(json.architecture),
    cpuModel: text(cpu.model),
    cpuCount: number(cpu.count),
    modules: texts(json.modules).filter((name) => name !== ""),
    devices: objects(json.devices).map(readDevice),
    nics: objects(json.nics).map((nic) => ({
      mac: text(nic.mac).toLowerCase(),
      pciAddress: pciAddress(text(nic.pci_address)),
      firmwareVersion: text(nic.firmware_version),
    })),
    disks: objects(json.disks).map((disk) => ({
      name: text(disk.name),
      serial: text(disk.serial),
      wwn: text(disk.wwn)
        .toLowerCase()
        .replace(/^(?:naa\.|eui\.|wwn-)?(?:0x)?/, ""),
      scsiAddress: text(disk.scsi_address),
      firmwareVersion: text(disk.firmware_version),
    })),
  };
}

function readDevice(device: Json): ReportedDevice {
  return {
    address: pciAddress(text(device.pci_address)),
    vendorId: text(device.vendor_id).toLowerCase(),
    productId: text(device.product_id).toLowerCase(),
    // A driver built into the kernel has no module; it is known by its own name.
    driver: text(device.module) || text(device.driver),
  };
}
