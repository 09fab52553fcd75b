import { expect, test } from "vitest";
import { testSite } from "../../test/support/test-site.ts";
import { createDesignView } from "./design-view.ts";
import { designFieldOf } from "./spec-origin.ts";

const view = createDesignView(testSite(1));
const placed = (field: string): string => {
  const found = designFieldOf(view, "n1", field);
  return found === undefined ? "" : `${found.kind}/${found.name} ${found.path}`;
};

test("each field of a specification leads to the item of the design that holds it", () => {
  const fields: Readonly<Record<string, string>> = {
    image: "Node/n1 platform.image",
    'kernel_params["quiet"]': 'Node/n1 platform.kernel_params["quiet"]',
    tags: "Node/n1 metadata.tags",
    'owner_data["team"]': 'Node/n1 metadata.owner_data["team"]',
    "identity.boot_mac": "Node/n1 boot_mac",
    architecture: "HardwareProfile/boxA architecture",
    'aliases["nicA"].address': 'HardwareProfile/boxA device_aliases["nicA"].address',
    "oob.account": "Node/n1 oob.account",
    "oob.address": 'Node/n1 addressing["oob"].address',
    "oob.driver_owns_power": "Site/plant7 power_owner",
    "storage.layout": "Node/n1 storage.layout",
    "storage.boot_device": "Node/n1 storage.boot_drive.device",
    "storage.root_size": "Node/n1 storage.boot_drive.root_size",
    'storage.disks["sdb"].partitions["p1"].size': 'Node/n1 storage.physical_devices["sdb"].partitions["p1"].size',
    'storage.disks["sdb"].raid_spare': 'Node/n1 storage.physical_devices["sdb"].raid_spare',
    'storage.raids["md0"].filesystem': 'Node/n1 storage.raids["md0"].filesystem',
    'storage.volume_groups["vg"].logical_volumes["lv"].size':
      'Node/n1 storage.volume_groups["vg"].logical_volumes["lv"].size',
    'interfaces["bond0"]': 'Node/n1 interfaces["bond0"]',
    'interfaces["bond0"].devices': 'Node/n1 interfaces["bond0"].slaves',
    'interfaces["bond0"].link': 'Node/n1 interfaces["bond0"].device_link',
    'interfaces["bond0"].link.mtu': "NetworkLink/data mtu",
    'interfaces["bond0"].link.bond_mode': "NetworkLink/data bonding.mode",
    'interfaces["bond0"].link.bond_num_grat_arp': "NetworkLink/data bonding.num_grat_arp",
    'interfaces["bond0"].bridges["br0"].forward_delay': 'Node/n1 interfaces["bond0"].bridges["br0"].forward_delay',
    'interfaces["bond0"].networks["mgmt"].address': 'Node/n1 addressing["mgmt"].address',
    'interfaces["bond0"].networks["mgmt"].network.vlan': "Network/mgmt vlan",
    'interfaces["bond0"].networks["mgmt"].network.gateway': "Network/mgmt routes",
  };
  expect(Object.fromEntries(Object.keys(fields).map((field) => [field, placed(field)]))).toEqual(fields);
});

test("what no specification has leads nowhere", () => {
  for (const field of ["", "name", "identity.name", "no path[", "colour", 'interfaces["x"].link.mtu[']) {
    expect(placed(field)).toBe("");
  }
});
