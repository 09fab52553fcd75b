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
  expect(site("vlan data/22", "space")).toBe("Network/storage space");
  expect(site("vlan data/22", "dhcp_relay_target")).toBe("Network/storage dhcp_relay.upstream_target");
  expect(site("subnet 10.21.0.0/24", "managed")).toBe("Network/mgmt managed");
  expect(site("iprange 10.20.0.50-10.20.0.200")).toBe("Network/pxe ranges");
  expect(site("fabric data", "name")).toBe("NetworkLink/data mtu");
  expect([site("subnet 10.99.0.0/24"), site("tag worker"), site("vlan boot/99")]).toEqual(Array(3).fill("nowhere"));
});

test("what is beside networks is traced to what the site says of it", () => {
  const own = createDesignView(
    testSite(1).map((item) =>
      item.kind !== "Site"
        ? item
        : {
            ...item,
            tree: {
              ...item.tree,
              dns_domains: [
                { name: "plant7.example", ttl: 300, records: [{ name: "a", type: "A", data: "10.0.0.1" }] },
                { name: "dc.plant7.example", records: [] },
              ],
              tag_definitions: [{ tag: "fast", kernel_opts: "quiet" }],
              repositories: [{ name: "plant", subrepos: ["updates"], url: "http://x.example/" }],
              scripts: [{ name: "firmware", content: "#!/bin/sh" }],
            },
          },
    ),
  );
  const placed = (object: string, field: string) => placeOfSiteChange(own, { object, field })?.path;
  expect(placed("domain plant7.example", "ttl")).toBe('dns_domains["plant7.example"].ttl');
  expect(placed("domain local", "name")).toBeUndefined();
  expect(placed("dns name a.plant7.example", "records")).toBe('dns_domains["plant7.example"].records');
  expect(placed("dns record dc.plant7.example MX", "records")).toBe('dns_domains["dc.plant7.example"].records');
  expect(placed("tag fast", "kernel_opts")).toBe('tag_definitions["fast"].kernel_opts');
  expect(placed("repository plant", "pockets")).toBe('repositories["plant"].subrepos');
  expect(placed("script firmware", "content")).toBe('scripts["firmware"].content');
  expect(placed("script firmware", "timeout")).toBe('scripts["firmware"]');
  expect(placed("script bedplate-manifest", "content")).toBeUndefined();
});
