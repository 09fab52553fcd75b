import type { Hardware } from "../state.ts";
import { presentNics } from "./present.ts";

/** What the script `50-maas-01-commissioning` prints: the resources of a machine in LXD's form. */
export function resourcesJson(hardware: Hardware): string {
  const { spec } = hardware;
  const nics = presentNics(hardware);
  return JSON.stringify(
    {
      resources: {
        system: { ...spec.system, firmware: spec.bios, type: "physical" },
        cpu: { architecture: "x86_64", total: spec.cpu.sockets * spec.cpu.cores, sockets: [{ name: spec.cpu.model }] },
        memory: { total: spec.memoryMib * 1024 * 1024 },
        network: {
          total: nics.length,
          cards: nics.map((nic) => ({
            driver: nic.driver,
            vendor: nic.vendor,
            product: nic.product,
            firmware_version: nic.firmware,
            numa_node: nic.numaNode,
            pci_address: nic.pciAddress,
            ports: [
              {
                id: nic.name,
                address: nic.mac,
                port: 0,
                protocol: "ethernet",
                link_detected: true,
                link_speed: nic.speedMbps,
              },
            ],
          })),
        },
        storage: {
          total: spec.disks.length,
          disks: spec.disks.map((disk) => ({
            id: disk.name,
            model: disk.model,
            serial: disk.serial,
            size: disk.sizeBytes,
            block_size: disk.blockSize,
            rpm: disk.rotary ? 7200 : 0,
            firmware_version: disk.firmware,
            numa_node: disk.numaNode,
            device_path: disk.idPath.replace("/dev/disk/by-path/", ""),
          })),
        },
      },
    },
    null,
    1,
  );
}
