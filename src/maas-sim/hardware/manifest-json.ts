import type { Hardware } from "../state.ts";
import { lshwTree } from "./lshw-tree.ts";
import { hardwareUuid, presentNics } from "./present.ts";

/** Name of a commissioning script that prints the hardware as one JSON document. The simulated node runs no script: it answers what that one would. */
export const MANIFEST_SCRIPT = "bedplate-manifest";

/** What that script prints on a machine. */
export function manifestJson(hardware: Hardware): string {
  const { spec } = hardware;
  const nics = presentNics(hardware);
  const controllers = [...new Set(spec.disks.map(({ scsiAddress }) => scsiAddress.split(":")[0] ?? "0"))].sort();
  const architecture = spec.architecture.split("/")[0] ?? "";
  const document = {
    bedplate_manifest: 1,
    architecture: { amd64: "x86_64", arm64: "aarch64" }[architecture] ?? architecture,
    kernel: "6.8.0-49-generic",
    boot_mode: spec.bootMethod,
    dmi: {
      bios_date: spec.bios.date,
      bios_vendor: spec.bios.vendor,
      bios_version: spec.bios.version,
      product_name: spec.system.product,
      product_serial: spec.system.serial,
      product_uuid: hardwareUuid(hardware),
      sys_vendor: spec.system.vendor,
    },
    cpu: { model: spec.cpu.model, count: spec.cpu.sockets * spec.cpu.cores },
    // The firmware and the kernel keep some.
    memory_kib: Math.floor(spec.memoryMib * 1024 * 0.985),
    modules: [...new Set([...nics.map(({ driver }) => driver), ...spec.modules, "ahci", "bonding", "8021q"])].sort(),
    devices: [
      ...nics.map((nic) => ({
        pci_address: nic.pciAddress,
        vendor_id: nic.vendorId,
        product_id: nic.productId,
        class: "0x020000",
        driver: nic.driver,
        module: nic.driver,
        modalias: modalias(nic.vendorId, nic.productId),
      })),
      ...controllers.map((_, index) => ({
        pci_address: `0000:00:1f.${index % 8}`,
        vendor_id: "8086",
        product_id: "2922",
        class: "0x010601",
        driver: "ahci",
        module: "ahci",
        modalias: modalias("8086", "2922"),
      })),
    ],
    nics: nics.map((nic) => ({
      name: nic.name,
      mac: nic.mac,
      pci_address: nic.pciAddress,
      driver: nic.driver,
      firmware_version: nic.firmware,
      speed_mbps: nic.speedMbps,
    })),
    disks: spec.disks.map((disk) => ({
      name: disk.name,
      model: disk.model,
      serial: disk.serial,
      wwn: /\/wwn-(0x[0-9a-f]+)/i.exec(disk.idPath)?.[1] ?? "",
      firmware_version: disk.firmware,
      size_bytes: String(disk.sizeBytes),
      scsi_address: disk.scsiAddress,
      pci_address: "0000:00:1f.0",
    })),
    lshw: [lshwTree(hardware)],
    problems: [],
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

function modalias(vendor: string, product: string): string {
  const long = (id: string) => id.toUpperCase().padStart(8, "0");
  return `pci:v${long(vendor)}d${long(product)}sv${long(vendor)}sd00000000bc02sc00i00`;
}
