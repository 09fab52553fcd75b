import { readWorld } from "../world/read-world.ts";
import type { World } from "../world/world.ts";

/** The network the boot NICs of the tests' machines are on. */
export const PXE = "10.10.0.0/24";

/** One machine in the form of a world file: two NICs, one of them on `PXE`, and two disks. */
export function worldMachine(index: number, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const digit = index.toString(16).padStart(2, "0");
  return {
    hostname: `sim-${index}`,
    power_type: "ipmi",
    power_parameters: { power_address: `10.99.0.${index}`, power_user: "admin", power_pass: "hush-hush" },
    system: { vendor: "Acme", product: "Anvil", serial: `ACME${index}` },
    nics: [
      { name: "ens3", mac: `52:54:00:00:${digit}:03`, pci_address: "0000:00:03.0", network: PXE },
      { name: "ens4", mac: `52:54:00:00:${digit}:04`, pci_address: "0000:00:04.0" },
      { name: "ens5", mac: `52:54:00:00:${digit}:05`, pci_address: "0000:00:05.0" },
    ],
    disks: [
      { name: "sda", serial: `DISK-A${index}`, size: "200G", scsi_address: "2:0.0.0" },
      { name: "sdb", serial: `DISK-B${index}`, size: "100G", scsi_address: "2:0.1.0", rotary: true },
    ],
    ...more,
  };
}

/** A world with these machines, one fabric and the subnet `pxe`. */
export function testWorld(
  machines: readonly Readonly<Record<string, unknown>>[] = [worldMachine(1)],
  more: Readonly<Record<string, unknown>> = {},
): World {
  return readWorld({
    timings: { commissioning: 20, testing: 5, deploying: 30, releasing: 5, power_off: 1 },
    images: [{ name: "ubuntu/noble", architecture: "amd64", kernels: ["ga-24.04", "hwe-24.04"] }],
    fabrics: [
      {
        vlans: [
          {
            vid: 0,
            subnets: [
              {
                cidr: PXE,
                name: "pxe",
                gateway_ip: "10.10.0.1",
                ranges: [{ type: "dynamic", start_ip: "10.10.0.200", end_ip: "10.10.0.250" }],
              },
            ],
          },
        ],
      },
    ],
    machines,
    ...more,
  });
}
