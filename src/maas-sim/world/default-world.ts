/**
 * The world of `bedplate maas-sim` without `--world`, in the form of a world file: two small machines that MAAS knows
 * as New, on one network with DHCP, each with two NICs and one disk.
 */
export const DEFAULT_WORLD: Readonly<Record<string, unknown>> = {
  fabrics: [
    {
      name: "fabric-0",
      vlans: [
        {
          vid: 0,
          dhcp_on: true,
          subnets: [
            {
              cidr: "10.10.0.0/24",
              name: "pxe",
              gateway_ip: "10.10.0.1",
              ranges: [{ type: "dynamic", start_ip: "10.10.0.200", end_ip: "10.10.0.250" }],
            },
          ],
        },
      ],
    },
  ],
  machines: [1, 2].map((index) => ({
    hostname: `sim-${index}`,
    power_type: "ipmi",
    power_parameters: { power_address: `10.99.0.${index}`, power_user: "admin", power_pass: "secret" },
    nics: [
      { name: "ens3", mac: `52:54:00:00:0${index}:03`, pci_address: "0000:00:03.0", network: "10.10.0.0/24" },
      { name: "ens4", mac: `52:54:00:00:0${index}:04`, pci_address: "0000:00:04.0" },
    ],
    disks: [{ name: "sda", serial: `SIM-DISK-${index}`, size: "100G" }],
  })),
};
