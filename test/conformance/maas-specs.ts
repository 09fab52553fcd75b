import { ServerPhase } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { type Lab, labMachine, type ServerInit, type SiteInit, startLab } from "./maas-lab.ts";

const PXE_LINK = { name: "pxe", mtu: 1500, bondMode: "disabled", nativeNetwork: "pxe" };
const DATA_LINK = {
  name: "data",
  mtu: 9000,
  bondMode: "802.3ad",
  bondHash: "layer3+4",
  bondPeerRate: "slow",
  bondMonRate: 100,
  bondUpDelay: 200,
  bondDownDelay: 200,
  trunk: true,
};
const PXE = {
  name: "pxe",
  link: "pxe",
  cidr: "10.20.0.0/24",
  vlan: 20,
  mtu: 1500,
  dhcp: true,
  ranges: [
    { type: "dhcp", start: "10.20.0.100", end: "10.20.0.200" },
    { type: "reserved", start: "10.20.0.1", end: "10.20.0.9" },
  ],
};
const MGMT = {
  name: "mgmt",
  link: "data",
  cidr: "10.21.0.0/24",
  vlan: 21,
  mtu: 1500,
  gateway: "10.21.0.1",
  dnsServers: ["10.21.0.2", "10.21.0.3"],
  routes: [{ subnet: "10.22.0.0/24", gateway: "10.21.0.254", metric: 10 }],
  ranges: [{ type: "static", start: "10.21.0.10", end: "10.21.0.99" }],
};
const STORAGE = { name: "storage", link: "data", cidr: "10.22.0.0/24", vlan: 22, mtu: 9000 };

/** A site of a boot network and a bonded trunk with two networks. */
export function siteSpec(): SiteInit {
  return {
    name: "lab",
    links: [PXE_LINK, DATA_LINK],
    networks: [PXE, MGMT, STORAGE],
    tags: ["compute"],
    images: ["noble"],
  };
}

/** A server with a bond over two NICs, two VLANs on it, LVM on the first disk and a volume group on the second. */
export function serverSpec(index = 1): ServerInit {
  return {
    identity: {
      name: `n${index}`,
      bootMac: `52:54:00:00:${index.toString(16).padStart(2, "0")}:01`,
      oobAddress: `10.99.0.${index}`,
    },
    architecture: "amd64",
    oob: {
      type: "ipmi",
      address: `10.99.0.${index}`,
      account: "bedplate",
      credential: "bmc-secret",
      driverOwnsPower: true,
    },
    aliases: [
      { alias: "boot_nic", busType: "pci", address: "0000:01:00.0" },
      { alias: "nic1", busType: "pci", address: "0000:18:00.0" },
      { alias: "nic2", busType: "pci", address: "0000:18:00.1" },
      { alias: "boot_disk", busType: "scsi", address: "2:0.0.0" },
      { alias: "data_disk", serial: `B${index}` },
    ],
    interfaces: [
      { name: "pxe", link: PXE_LINK, devices: ["boot_nic"], networks: [{ network: PXE, mode: "dhcp" }] },
      {
        name: "bond0",
        link: DATA_LINK,
        devices: ["nic1", "nic2"],
        networks: [
          { network: MGMT, mode: "static", address: `10.21.0.${10 + index}` },
          { network: STORAGE, mode: "static", address: `10.22.0.${10 + index}` },
        ],
      },
    ],
    storage: {
      layout: "lvm",
      bootDevice: "boot_disk",
      rootSize: "50g",
      bootSize: "2g",
      disks: [
        {
          device: "boot_disk",
          partitions: [{ name: "logs", size: "10g", filesystem: { mountpoint: "/var/log", fstype: "ext4" } }],
        },
        { device: "data_disk", volumeGroup: "data" },
      ],
      volumeGroups: [
        {
          name: "data",
          logicalVolumes: [
            { name: "images", size: "20%", filesystem: { mountpoint: "/images", fstype: "xfs" } },
            {
              name: "rest",
              size: ">100g",
              filesystem: { mountpoint: "/srv", fstype: "ext4", mountOptions: "noatime" },
            },
          ],
        },
      ],
    },
    image: "noble",
    kernel: "ga-24.04",
    kernelParams: { quiet: "true", console: "ttyS1,115200n8" },
    tags: ["compute"],
    ownerData: { rack: "r1" },
    userData: "#cloud-config\n{}\n",
    primaryNetwork: "mgmt",
    specDigest: "a".repeat(64),
  };
}

/** The phases that lead to a running machine, in order. */
export const PHASES = [
  ServerPhase.COMMISSIONED,
  ServerPhase.NETWORK_CONFIGURED,
  ServerPhase.STORAGE_CONFIGURED,
  ServerPhase.DEPLOYED,
];

/** A lab whose site is prepared and whose machine n1 is Ready. */
export async function commissionedLab(machine = labMachine(1)): Promise<Lab> {
  const lab = await startLab([machine]);
  await lab.site(siteSpec());
  await lab.phase(serverSpec(), ServerPhase.COMMISSIONED);
  return lab;
}

/** The value of a key of parsed JSON; undefined when there is none. */
export function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

/** The member of that name in a list of parsed JSON. Throws when there is none. */
export function named(list: unknown, name: string): unknown {
  const found = Array.isArray(list) ? list.find((member) => at(member, "name") === name) : undefined;
  if (found === undefined) throw new Error(`nothing in the list is named ${name}`);
  return found;
}
