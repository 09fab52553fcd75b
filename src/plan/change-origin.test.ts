import { expect, test } from "vitest";
import { testSite } from "../../test/support/test-site.ts";
import { placeOfNodeField, placeOfSiteChange } from "./change-origin.ts";
import { createDesignView } from "./design-view.ts";

const view = createDesignView(testSite(1));
const node = (field: string): string => {
  const place = placeOfNodeField(view, "n1", field);
  return place === undefined ? "nowhere" : `${place.kind}/${place.name} ${place.path}`;
};
const site = (object: string, field = ""): string => {
  const place = placeOfSiteChange(view, { object, field });
  return place === undefined ? "nowhere" : `${place.kind}/${place.name} ${place.path}`;
};

test.each([
  ['interfaces["bond0"]', 'Node/n1 interfaces["bond0"]'],
  ['interfaces["bond0"].devices', 'Node/n1 interfaces["bond0"].slaves'],
  ['interfaces["bond0"].link.mtu', "NetworkLink/data mtu"],
  ['interfaces["bond0"].link.bond_mode', "NetworkLink/data bonding.mode"],
  ['interfaces["bond0"].networks["mgmt"]', 'Node/n1 interfaces["bond0"].networks'],
  ['interfaces["bond0"].networks["mgmt"].address', 'Node/n1 addressing["mgmt"].address'],
  ['interfaces["bond0"].networks["mgmt"].network.vlan', "Network/mgmt vlan"],
  ['interfaces["bond0"].networks["mgmt"].network.dns_servers', "Network/mgmt dns.servers"],
  ['interfaces["bond0"].networks["mgmt"].network.gateway', "Network/mgmt routes"],
  ['interfaces["none"].link.mtu', "nowhere"],
  ["storage.layout", "Node/n1 storage.layout"],
  ["storage.boot_device", "Node/n1 storage.boot_drive.device"],
  ['storage.disks["d"].partitions["p"].size', 'Node/n1 storage.physical_devices["d"].partitions["p"].size'],
  [
    'storage.volume_groups["v"].logical_volumes["l"].size',
    'Node/n1 storage.volume_groups["v"].logical_volumes["l"].size',
  ],
  ["image", "Node/n1 platform.image"],
  ['kernel_params["net.ifnames"]', 'Node/n1 platform.kernel_params["net.ifnames"]'],
  ["tags", "Node/n1 metadata.tags"],
  ['owner_data["team"]', 'Node/n1 metadata.owner_data["team"]'],
  ["identity.boot_mac", "Node/n1 boot_mac"],
  ["oob.address", 'Node/n1 addressing["oob"].address'],
  ["architecture", "HardwareProfile/boxA architecture"],
  ['aliases["nicA"].address', 'HardwareProfile/boxA device_aliases["nicA"].address'],
  ["", "nowhere"],
  ["spec_digest", "nowhere"],
])("the design holds %s of a specification at %s", (field, place) => {
  expect(node(field)).toBe(place);
});

test("objects of a provisioner are traced to the network, link or site that says what they are like", () => {
  expect(site("subnet 10.21.0.0/24", "dns_servers")).toBe("Network/mgmt dns.servers");
  expect(site("subnet 10.21.0.0/24")).toBe("Network/mgmt cidr");
  expect(site("vlan data/22", "mtu")).toBe("Network/storage mtu");
  expect(site("vlan data/22", "vlan")).toBe("Network/storage vlan");
  expect(site("iprange 10.20.0.50-10.20.0.200")).toBe("Network/pxe ranges");
  expect(site("fabric data", "name")).toBe("NetworkLink/data mtu");
  expect([site("subnet 10.99.0.0/24"), site("tag worker"), site("vlan boot/99")]).toEqual(Array(3).fill("nowhere"));
});
