import { describe, expect, test } from "vitest";
import { apiLists } from "../../../test/support/netbox-objects.ts";
import { labWorld, type NetboxWorld } from "../../../test/support/netbox-world.ts";
import { fc } from "../../../test/support/property.ts";
import { readNetbox } from "./read-netbox.ts";

const base = "https://netbox.example";

/** What is made of a world, as its API lists it, with some of it changed. */
function read(change: (world: NetboxWorld) => void = () => {}) {
  const world = labWorld(2);
  change(world);
  const lists = apiLists(world, base);
  const { documents, diagnostics } = readNetbox({
    devices: lists["dcim/devices"]?.filter((each) => each.id >= 100) ?? [],
    interfaces: lists["dcim/interfaces"] ?? [],
    addresses: lists["ipam/ip-addresses"] ?? [],
    prefixes: lists["ipam/prefixes"] ?? [],
    racks: lists["dcim/racks"] ?? [],
  });
  const specOf = (key: string) => documents.find(({ kind, name }) => `${kind}/${name}` === key)?.spec;
  return { documents, specOf, found: diagnostics.map(({ rule, message }) => `${rule}: ${message}`) };
}

function edit<List extends keyof NetboxWorld>(list: List, id: number, fields: object): (world: NetboxWorld) => void {
  return (world) => {
    const edited = world[list].map((each) => (each.id === id ? { ...each, ...fields } : each));
    world[list] = edited as unknown as (typeof world)[List];
  };
}

test("racks, networks and nodes are made of what NetBox lists, each at its page", () => {
  const { documents, specOf, found } = read();
  expect(found).toEqual([]);
  expect(documents.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    ...["Rack/r01", "Rack/r02", "Rack/far", "Network/mgmt", "Network/oob", "Node/n000", "Node/n001"],
  ]);
  expect(specOf("Rack/r01")).toEqual({ location: { site: "lab", facility_id: "A-17" } });
  expect(specOf("Network/mgmt")).toEqual({ cidr: "10.0.0.0/16" });
  expect(specOf("Network/oob")).toEqual({ cidr: "10.9.0.0/16", vlan: 102 });
  expect(specOf("Node/n000")).toEqual({
    host_profile: "base",
    boot_mac: "52:54:00:00:00:00",
    oob: { network: "oob" },
    metadata: { rack: "r01", tags: ["compute"], owner_data: { netbox_role: "server", team: "ai" } },
    addressing: [
      { network: "mgmt", address: "10.0.0.10" },
      { network: "oob", address: "10.9.0.10" },
    ],
  });
  const node = documents.find(({ name }) => name === "n000");
  expect(node).toMatchObject({
    ...{ part: "formation", form: "netbox", complete: true },
    location: { uri: `${base}/dcim/devices/100/`, line: 1, column: 1 },
  });
  expect(node?.source.fields?.boot_mac).toEqual({ line: 1, column: 1, uri: `${base}/dcim/interfaces/1000/` });
  expect(node?.source.fields?.addressing?.items?.[0]?.fields?.address?.uri).toBe(`${base}/ipam/ip-addresses/1000/`);
});

describe("networks", () => {
  test("have the name of their VLAN, an IPv6 prefix beside an IPv4 one its own", () => {
    const { specOf } = read((world) => {
      world.prefixes = [
        ...world.prefixes,
        { id: 10, prefix: "10.8.0.0/24", status: "active", vlan: 1 },
        { id: 11, prefix: "2001:db8:8::/64", status: "active", vlan: 1, description: "Storage, IPv6" },
      ];
    });
    expect(specOf("Network/storage")).toEqual({ description: "Storage", cidr: "10.8.0.0/24", vlan: 101 });
    expect(specOf("Network/storage-v6")).toEqual({ description: "Storage, IPv6", cidr: "2001:db8:8::/64", vlan: 101 });
  });

  test("are not containers, nor prefixes without a name, and an address there is told", () => {
    const { found, documents } = read(edit("prefixes", 2, { custom_fields: {} }));
    expect(documents.filter(({ kind }) => kind === "Network").map(({ name }) => name)).toEqual(["oob"]);
    expect(found[0]).toBe("netbox-address: address 10.0.0.10 of n000 lies in prefix 10.0.0.0/16, which has no name");
  });

  test("take the addresses of the smallest prefix there is", () => {
    const { specOf } = read((world) => {
      world.prefixes = [
        ...world.prefixes,
        { id: 12, prefix: "10.0.0.8/29", status: "active", custom_fields: { bedplate_network: "small" } },
      ];
    });
    expect(specOf("Node/n000")?.addressing).toMatchObject([
      { network: "small", address: "10.0.0.10" },
      { network: "oob" },
    ]);
    expect(specOf("Node/n001")?.addressing).toMatchObject([
      { network: "small", address: "10.0.0.11" },
      { network: "oob" },
    ]);
  });
});

describe("nodes", () => {
  test.each([
    ["offline", 1],
    ["decommissioning", 1],
    ["inventory", 1],
    ["planned", 2],
    ["staged", 2],
  ])("with status %s are there or not", (status, count) => {
    const { documents } = read(edit("devices", 100, { status }));
    expect(documents.filter(({ kind }) => kind === "Node")).toHaveLength(count);
  });

  test("without a name are an error, and a name items can't have is made one that they can", () => {
    expect(read(edit("devices", 100, { name: null })).found).toEqual([
      "netbox-nameless: device 100 has no name an item can have",
    ]);
    const { specOf, found } = read(edit("racks", 1, { name: "Rack 1 (left)" }));
    expect(specOf("Node/n000")?.metadata).toMatchObject({ rack: "Rack-1-left" });
    expect(specOf("Rack/Rack-1-left")).toBeDefined();
    expect(found).toContain('netbox-name: the name of a rack, "Rack 1 (left)", is read as Rack-1-left');
  });

  test("have one address in a network, the primary one; the others are told, unless their role says why", () => {
    const second = (role?: string) => (world: NetboxWorld) => {
      const other = { id: 50, address: "10.0.0.200/16", status: "active", interface: 1000, ...(role && { role }) };
      world.addresses = [other, ...world.addresses];
    };
    const { specOf, found } = read(second());
    expect(specOf("Node/n000")?.addressing).toMatchObject([{ address: "10.0.0.10" }, { network: "oob" }]);
    expect(found).toEqual([
      "netbox-address: address 10.0.0.200 is not the first of n000 in network mgmt, and is left out",
    ]);
    expect(read(second("vip")).found).toEqual([]);
  });

  test("get what NetBox says an address comes from", () => {
    expect(read(edit("addresses", 1000, { status: "dhcp" })).specOf("Node/n000")?.addressing).toMatchObject([
      { network: "mgmt", address: "dhcp" },
      { network: "oob" },
    ]);
    expect(read(edit("addresses", 1000, { status: "deprecated" })).specOf("Node/n000")?.addressing).toMatchObject([
      { network: "oob" },
    ]);
  });

  test("boot from the interface that is tagged or named so, and from none where that isn't told", () => {
    const more = (fields: object) => (world: NetboxWorld) => {
      world.interfaces = [
        ...world.interfaces,
        { id: 2000, device: 100, name: "eno2", mac_address: "52:54:00:00:00:FF", ...fields },
      ];
    };
    expect(read(more({})).specOf("Node/n000")?.boot_mac).toBeUndefined();
    expect(read(more({ tags: ["pxe"] })).specOf("Node/n000")?.boot_mac).toBe("52:54:00:00:00:ff");
    expect(read(more({ name: "PXE" })).specOf("Node/n000")?.boot_mac).toBe("52:54:00:00:00:ff");
  });
});

test("whatever is listed, reading it never throws", () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.record({
      id: fc.oneof(fc.nat(3), fc.string()),
      name: fc.oneof(fc.string(), fc.constant(null)),
      prefix: fc.oneof(fc.constantFrom("10.0.0.0/8", "::/0", "10.0.0.0/33", "x"), fc.string()),
      address: fc.oneof(fc.constantFrom("10.0.0.1/8", "::1/128", "/"), fc.string()),
      status: fc.oneof(fc.constant({ value: "active" }), fc.jsonValue()),
      vlan: fc.jsonValue(),
      device: fc.oneof(fc.constant({ id: 1 }), fc.jsonValue()),
      assigned_object: fc.oneof(fc.constant({ device: { id: 1 } }), fc.jsonValue()),
      custom_fields: fc.oneof(fc.constant({ bedplate_network: "n", bedplate_label_a: 1 }), fc.jsonValue()),
      tags: fc.jsonValue(),
    }),
  );
  const list = fc.array(odd, { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.record({ devices: list, interfaces: list, addresses: list, prefixes: list, racks: list }),
      (objects) => {
        const { documents } = readNetbox(objects);
        for (const { name } of documents)
          expect(name).toMatch(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?(-v6)?$/);
      },
    ),
  );
});
