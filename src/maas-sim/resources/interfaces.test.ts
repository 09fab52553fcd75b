import { describe, expect, test } from "vitest";
import { type Answer, at, type Fields, idOf, listOf, type SimClient, withSim } from "../testing/sim-client.ts";
import { interfaceId, readyMachine } from "../testing/site.ts";
import { testWorld, worldMachine } from "../testing/world.ts";

interface Bench {
  readonly client: SimClient;
  readonly id: string;
  /** Interface ids by name. */
  readonly nic: (name: string) => Promise<number>;
  /** A call on the collection, or on one interface. */
  readonly op: (op: string, fields: Fields, name?: string) => Promise<Answer>;
  readonly put: (name: string, fields: Fields) => Promise<Answer>;
  readonly read: (name: string) => Promise<unknown>;
}

/** A Ready machine: ens3 on the pxe network, ens4 and ens5 on fabrics of their own. */
async function withReady(run: (bench: Bench) => Promise<void>): Promise<void> {
  await withSim(async (client) => {
    const id = await readyMachine(client);
    const path = `nodes/${id}/interfaces`;
    await run({
      client,
      id,
      nic: (name) => interfaceId(client, id, name),
      op: (op, fields, name) => client.post(`${path}/${name === undefined ? "" : `${name}/`}?op=${op}`, fields),
      put: (name, fields) => client.put(`${path}/${name}/`, fields),
      read: async (name) => (await client.get(`${path}/${name}/`)).body,
    });
  });
}

/** The links of an interface in the order they were made, which is not the order they are shown in. */
function linksOf(nic: unknown): unknown[] {
  const links = at(nic, "links");
  if (!Array.isArray(links)) throw new Error("no links");
  return links.toSorted((a, b) => Number(at(a, "id")) - Number(at(b, "id")));
}

/** Moves ens4 and ens5 to the pxe VLAN and bonds them. */
async function bonded(bench: Bench, fields: Fields = {}): Promise<Answer> {
  for (const name of ["ens4", "ens5"]) await bench.put(name, { vlan: 5001 });
  const parents = [await bench.nic("ens4"), await bench.nic("ens5")];
  return bench.op("create_bond", { name: "bond0", parents, ...fields });
}

describe("bonds", () => {
  test("need parents on one VLAN", async () => {
    await withReady(async (bench) => {
      const parents = [await bench.nic("ens4"), await bench.nic("ens5")];
      const refused = await bench.op("create_bond", { name: "bond0", parents });
      expect([refused.status, refused.body]).toEqual([400, { parents: ["All parents must belong to the same VLAN."] }]);
    });
  });

  test("take their parents' links, VLAN, first MAC, and push their MTU down", async () => {
    await withReady(async (bench) => {
      for (const name of ["ens4", "ens5"]) await bench.put(name, { vlan: 5001 });
      await bench.op("link_subnet", { mode: "AUTO", subnet: "pxe" }, "ens4");
      const bond = await bonded(bench, { bond_mode: "802.3ad", mtu: 9000, bond_lacp_rate: "slow" });
      expect([bond.status, bond.body]).toEqual([
        200,
        expect.objectContaining({
          type: "bond",
          parents: ["ens4", "ens5"],
          mac_address: "52:54:00:00:01:04",
          effective_mtu: 9000,
          links: [{ id: expect.any(Number), mode: "link_up" }],
        }),
      ]);
      expect(at(bond.body, "params")).toEqual({
        bond_mode: "802.3ad",
        bond_miimon: 100,
        bond_downdelay: 0,
        bond_updelay: 0,
        bond_lacp_rate: "slow",
        bond_xmit_hash_policy: "layer2",
        bond_num_grat_arp: 1,
        mtu: 9000,
      });
      expect(await bench.read("ens4")).toMatchObject({ links: [], children: ["bond0"], params: { mtu: 9000 } });
      const later = await bench.put("bond0", { bond_miimon: 50 });
      expect(at(later.body, "params")).toMatchObject({ bond_mode: "802.3ad", bond_miimon: 50, mtu: 9000 });
    });
  });

  test.each([
    [{ parents: [] }, ["parents"]],
    [{ parents: [999] }, ["parents"]],
    [{ name: "" }, ["name"]],
    [{ name: "ens3" }, ["name"]],
    [{ bond_mode: "fast" }, ["bond_mode"]],
    [{ bond_xmit_hash_policy: "layer9" }, ["bond_xmit_hash_policy"]],
    [{ bond_miimon: -1 }, ["bond_miimon"]],
    [{ mtu: 100 }, ["mtu"]],
  ])("%j is refused", async (fields, problems) => {
    await withReady(async (bench) => {
      const answer = await bonded(bench, fields);
      expect([answer.status, Object.keys(answer.body ?? {})]).toEqual([400, problems]);
      expect(listOf(await bench.client.get(`nodes/${bench.id}/interfaces/`))).toHaveLength(3);
    });
  });

  test("cannot share a parent, or stand on a bond; deleting one frees its parents and takes its VLANs along", async () => {
    await withReady(async (bench) => {
      const bond = idOf(await bonded(bench));
      const again = await bench.op("create_bond", { name: "bond1", parents: [await bench.nic("ens4")] });
      expect(again.body).toEqual({ parents: ["Interfaces already in-use: ens4."] });
      const onBond = await bench.op("create_bond", { name: "bond1", parents: [bond] });
      expect(onBond.body).toMatchObject({ parents: ["Only physical interfaces can be bonded."] });
      const vlan = idOf(await bench.client.post("fabrics/0/vlans/", { vid: 100 }));
      await bench.op("create_vlan", { parent: bond, vlan });
      expect((await bench.client.delete(`nodes/${bench.id}/interfaces/${bond}/`)).status).toBe(204);
      const names = listOf(await bench.client.get(`nodes/${bench.id}/interfaces/`)).map((nic) => at(nic, "name"));
      expect(names).toEqual(["ens3", "ens4", "ens5"]);
    });
  });

  test("bond parameters on another interface are refused", async () => {
    await withReady(async (bench) => {
      expect((await bench.put("ens4", { bond_mode: "802.3ad" })).body).toEqual({ bond_mode: [expect.any(String)] });
    });
  });
});

describe("VLAN interfaces", () => {
  test("are named parent.vid, by the VLAN's database id, and once only", async () => {
    await withReady(async (bench) => {
      const vlan = idOf(await bench.client.post("fabrics/0/vlans/", { vid: 100 }));
      const parent = await bench.nic("ens3");
      const made = await bench.op("create_vlan", { parent, vlan });
      expect(made.body).toMatchObject({
        name: "ens3.100",
        type: "vlan",
        parents: ["ens3"],
        vlan: { vid: 100 },
        links: [{ mode: "link_up" }],
      });
      expect((await bench.op("create_vlan", { parent, vlan })).body).toEqual({
        name: ["Node sim-1 already has an interface named 'ens3.100'."],
      });
      expect((await bench.op("create_vlan", { parent, vlan, name: "x" })).body).toEqual({
        name: ["Unknown parameter."],
      });
      expect((await bench.op("create_vlan", { parent: idOf(made), vlan })).body).toHaveProperty("parent");
    });
  });

  test.each<[string, (vlan: number) => Fields, string]>([
    ["no VLAN", () => ({}), "A VLAN interface must be connected to a tagged VLAN."],
    ["an untagged VLAN", () => ({ vlan: 5001 }), "A VLAN interface must be connected to a tagged VLAN."],
    ["a tag for an id", () => ({ vlan: 100 }), "Select a valid choice."],
    ["another fabric's", (vlan) => ({ vlan }), "on the same fabric as its parent interface."],
  ])("%s is refused", async (_name, fields, message) => {
    await withReady(async (bench) => {
      await bench.client.post("fabrics/", { name: "other" });
      const other = idOf(await bench.client.post("fabrics/other/vlans/", { vid: 100 }));
      const answer = await bench.op("create_vlan", { parent: await bench.nic("ens3"), ...fields(other) });
      expect([answer.status, answer.body]).toEqual([400, { vlan: [expect.stringContaining(message)] }]);
    });
  });

  test("cannot stand on a bond's parent", async () => {
    await withReady(async (bench) => {
      await bonded(bench);
      const vlan = idOf(await bench.client.post("fabrics/0/vlans/", { vid: 100 }));
      const answer = await bench.op("create_vlan", { parent: await bench.nic("ens4"), vlan });
      expect(answer.body).toEqual({ parent: ["A VLAN interface can't have a parent that is already in a bond."] });
    });
  });
});

describe("bridges", () => {
  test("take what they stand on its links and VLAN, and have one that says they are up", async () => {
    await withReady(async (bench) => {
      const parent = await bench.nic("ens3");
      const made = await bench.op("create_bridge", { name: "br0", parent, bridge_type: "ovs", bridge_fd: 4 });
      expect([made.status, made.body]).toEqual([
        200,
        expect.objectContaining({
          ...{ type: "bridge", parents: ["ens3"], mac_address: "52:54:00:00:01:03" },
          ...{ params: { bridge_type: "ovs", bridge_stp: false, bridge_fd: 4 }, links: [expect.any(Object)] },
        }),
      ]);
      expect(await bench.read("ens3")).toMatchObject({ links: [], children: ["br0"] });
      expect((await bench.put("br0", { bridge_stp: "true", mtu: 1400 })).body).toMatchObject({
        params: { bridge_stp: true, bridge_type: "ovs", mtu: 1400 },
      });
      // A NIC below a bridge is taken back to the bridge's VLAN, and keeps no link that is made by hand.
      const other = idOf(await bench.client.post("fabrics/0/vlans/", { vid: 100 }));
      expect((await bench.put("ens3", { vlan: other })).body).toMatchObject({ vlan: { vid: 0 } });
      await bench.op("link_subnet", { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.20" }, "ens3");
      expect(await bench.read("ens3")).toMatchObject({ links: [] });
      expect((await bench.put("br0", { vlan: other })).body).toMatchObject({ vlan: { vid: 100 }, links: [] });
      expect(await bench.read("ens3")).toMatchObject({ vlan: { vid: 100 } });
    });
  });

  test.each<[string, (bridge: number) => Fields, Record<string, unknown>]>([
    ["no parent", () => ({}), { parent: ["A bridge interface must have exactly one parent."] }],
    [
      "a bridge for a parent",
      (bridge) => ({ parent: bridge }),
      { parent: [expect.stringContaining("another bridge")] },
    ],
    ["a taken name", () => ({ name: "ens3", parent: "ens4" }), { name: [expect.stringContaining("already has")] }],
    [
      "another type",
      () => ({ bridge_type: "cisco", parent: "ens4" }),
      {
        bridge_type: ["'cisco' is not a valid bridge_type.  It should be one of: 'standard', 'ovs'."],
      },
    ],
  ])("%s is refused", async (_name, fields, problems) => {
    await withReady(async (bench) => {
      const bridge = idOf(await bench.op("create_bridge", { name: "br0", parent: await bench.nic("ens3") }));
      const { parent, ...rest } = fields(bridge);
      const id = typeof parent === "string" ? await bench.nic(parent) : parent;
      const sent = { name: "br1", ...rest, ...(id === undefined ? {} : { parent: id }) };
      expect((await bench.op("create_bridge", sent)).body).toEqual(problems);
    });
  });
});

describe("link_subnet", () => {
  test("is not idempotent: every AUTO call adds a link, and deploy an address for each", async () => {
    await withReady(async (bench) => {
      for (const mode of ["auto", "AUTO"]) await bench.op("link_subnet", { mode, subnet: "10.10.0.0/24" }, "ens3");
      await bench.client.post(`machines/${bench.id}/?op=deploy`);
      expect(linksOf(await bench.read("ens3"))).toEqual(
        [2, 3, 4].map((host) => expect.objectContaining({ mode: "auto", ip_address: `10.10.0.${host}` })),
      );
    });
  });

  test("a taken STATIC address is a 404, even for the interface that has it", async () => {
    await withReady(async (bench) => {
      const fields = { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.20" };
      const linked = await bench.op("link_subnet", fields, "ens3");
      expect(linksOf(linked.body)[1]).toMatchObject({
        mode: "static",
        ip_address: "10.10.0.20",
        subnet: { name: "pxe" },
      });
      const again = await bench.op("link_subnet", fields, "ens3");
      expect([again.status, again.type, again.text]).toEqual([
        404,
        expect.stringMatching(/^text\/plain/),
        "IP address is already in use.",
      ]);
      const link = String(at(linksOf(linked.body)[1], "id"));
      expect((await bench.op("unlink_subnet", { id: link }, "ens3")).status).toBe(200);
      expect((await bench.op("link_subnet", fields, "ens3")).status).toBe(200);
      expect((await bench.op("unlink_subnet", { id: link }, "ens3")).status).toBe(400);
    });
  });

  test("a STATIC link inside a reserved range is accepted, and without an address takes the next free one", async () => {
    await withReady(async (bench) => {
      await bench.client.post("ipranges/", { type: "reserved", start_ip: "10.10.0.2", end_ip: "10.10.0.9" });
      expect(
        (await bench.op("link_subnet", { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.5" }, "ens3")).status,
      ).toBe(200);
      const next = await bench.op("link_subnet", { mode: "STATIC", subnet: "pxe" }, "ens3");
      expect(at(linksOf(next.body)[2], "ip_address")).toBe("10.10.0.10");
    });
  });

  test("ignores an address for AUTO, and a real link replaces the placeholder", async () => {
    await withReady(async (bench) => {
      await bench.put("ens4", { vlan: 5001 });
      expect(at(await bench.read("ens4"), "links")).toEqual([]);
      await bench.op("link_subnet", { mode: "LINK_UP" }, "ens4");
      const linked = await bench.op("link_subnet", { mode: "AUTO", subnet: "pxe", ip_address: "10.10.0.50" }, "ens4");
      expect(at(linked.body, "links")).toEqual([{ id: expect.any(Number), mode: "auto", subnet: expect.any(Object) }]);
      const up = await bench.op("link_subnet", { mode: "LINK_UP" }, "ens4");
      expect([up.status, Object.keys(up.body ?? {})]).toEqual([400, ["mode"]]);
      expect(at((await bench.op("link_subnet", { mode: "LINK_UP", force: "true" }, "ens4")).body, "links")).toEqual([
        { id: expect.any(Number), mode: "link_up" },
      ]);
    });
  });

  test.each<[Fields, Record<string, unknown>]>([
    [{}, { mode: ["This field is required."] }],
    [{ mode: "MAGIC" }, { mode: [expect.stringContaining("MAGIC")] }],
    [{ mode: "AUTO" }, { subnet: ["This field is required."] }],
    [
      { mode: "AUTO", subnet: "far" },
      { subnet: [expect.stringMatching(/^None found with id=\d+\.$/), expect.any(String)] },
    ],
    [{ mode: "AUTO", subnet: "nowhere" }, { subnet: ["None found with nowhere.", expect.any(String)] }],
    [
      { mode: "STATIC", subnet: "pxe", ip_address: "10.11.0.5" },
      { ip_address: ["IP address is not in the given subnet '10.10.0.0/24'."] },
    ],
    [
      { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.210" },
      { ip_address: [expect.stringContaining("IP address is inside a dynamic range")] },
    ],
    [
      { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.255" },
      { ip_address: [expect.stringContaining("not a host address")] },
    ],
    [{ mode: "DHCP", subnet: "pxe", default_gateway: "true" }, { default_gateway: ["Cannot use in mode 'DHCP'."] }],
  ])("%j is refused", async (fields, problems) => {
    await withReady(async (bench) => {
      await bench.client.post("fabrics/", { name: "other" });
      const vlan = at((await bench.client.get("fabrics/other/")).body, "vlans", 0, "id");
      await bench.client.post("subnets/", { cidr: "10.40.0.0/24", name: "far", vlan: String(vlan) });
      const answer = await bench.op("link_subnet", fields, "ens3");
      expect([answer.status, answer.body]).toEqual([400, problems]);
    });
  });
});

describe("gateways", () => {
  test("are guessed, set by link, and cleared", async () => {
    await withReady(async (bench) => {
      const gateways = async () =>
        at((await bench.client.get(`machines/${bench.id}/`)).body, "default_gateways", "ipv4");
      expect(await gateways()).toEqual({ gateway_ip: "10.10.0.1", link_id: null });
      const set = await bench.op("set_default_gateway", {}, "ens3");
      expect(await gateways()).toEqual({ gateway_ip: "10.10.0.1", link_id: at(set.body, "links", 0, "id") });
      await bench.client.post(`machines/${bench.id}/?op=clear_default_gateways`);
      expect(await gateways()).toEqual({ gateway_ip: "10.10.0.1", link_id: null });
      await bench.op("disconnect", {}, "ens3");
      expect(await gateways()).toEqual({ gateway_ip: null, link_id: null });
      expect((await bench.op("set_default_gateway", {}, "ens3")).status).toBe(400);
    });
  });

  test("need the subnet's gateway_ip", async () => {
    await withReady(async (bench) => {
      await bench.client.put("subnets/pxe/", { gateway_ip: "" });
      const fields = { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.20", default_gateway: "true" };
      expect((await bench.op("link_subnet", fields, "ens3")).body).toHaveProperty("default_gateway");
    });
  });
});

describe("physical interfaces", () => {
  test("are created with a MAC that nobody has; a partial PUT keeps the rest", async () => {
    await withReady(async (bench) => {
      const made = await bench.op("create_physical", {
        mac_address: "52-54-00-AB-00-01",
        name: "nic9",
        vlan: 5001,
        mtu: 9000,
        tags: "a,b",
      });
      expect(made.body).toMatchObject({
        name: "nic9",
        mac_address: "52:54:00:ab:00:01",
        tags: ["a", "b"],
        params: { mtu: 9000 },
        effective_mtu: 9000,
      });
      const renamed = await bench.put("nic9", { name: "nic10" });
      expect(renamed.body).toMatchObject({
        name: "nic10",
        tags: ["a", "b"],
        vlan: { id: 5001 },
        params: { mtu: 9000 },
      });
      expect((await bench.put("nic10", { mtu: "" })).body).toMatchObject({ effective_mtu: 1500, params: {} });
      expect(at((await bench.op("remove_tag", { tag: "a" }, "nic10")).body, "tags")).toEqual(["b"]);
      const taken = await bench.op("create_physical", { mac_address: "52:54:00:00:01:03" });
      expect(taken.body).toEqual({ mac_address: ["This MAC address is already in use by ens3 (physical) on sim-1."] });
    });
  });

  test("moving one to another VLAN takes its links away", async () => {
    await withReady(async (bench) => {
      const other = idOf(await bench.client.post("fabrics/0/vlans/", { vid: 100 }));
      expect((await bench.put("ens3", { vlan: other })).body).toMatchObject({ vlan: { vid: 100 }, links: [] });
      expect((await bench.put("ens3", { vlan: "" })).body).toMatchObject({ vlan: null });
    });
  });
});

test("the initial configuration is restored, and a NIC's own fabric goes when the NIC has left it", async () => {
  await withReady(async (bench) => {
    const fabric = String(at(await bench.read("ens4"), "vlan", "fabric_id"));
    await bonded(bench);
    expect((await bench.client.get(`fabrics/${fabric}/`)).status).toBe(404);
    expect((await bench.op("link_subnet", { mode: "DHCP" }, "ens4")).body).toEqual({
      bond: ["Cannot link interface(ens4) when interface is in a bond(bond0)."],
    });
    await bench.client.post(`machines/${bench.id}/?op=restore_networking_configuration`);
    const names = listOf(await bench.client.get(`nodes/${bench.id}/interfaces/`)).map((nic) => at(nic, "name"));
    expect(names).toEqual(["ens3", "ens4", "ens5"]);
  });
});

test("a machine that is no longer free keeps its interfaces, and gives its AUTO addresses back when released", async () => {
  await withReady(async (bench) => {
    await bench.client.post(`machines/${bench.id}/?op=deploy`);
    expect(linksOf(await bench.read("ens3"))).toMatchObject([{ mode: "auto", ip_address: "10.10.0.2" }]);
    const refused = await bench.op("create_bridge", { name: "br0", parent: await bench.nic("ens4") });
    expect([refused.status, refused.text]).toEqual([
      409,
      "Cannot create bridge interface because the machine is not New, Ready, Allocated, or Broken.",
    ]);
    await bench.client.post(`machines/${bench.id}/?op=release`);
    bench.client.clock.advance(60_000);
    expect(linksOf(await bench.read("ens3"))).toEqual([
      { id: expect.any(Number), mode: "auto", subnet: expect.any(Object) },
    ]);
  });
});

test("the second address of an unmanaged subnet comes from its reserved range", async () => {
  await withSim(
    async (client) => {
      await client.put("subnets/pxe/", { managed: "false" });
      await client.post("ipranges/", { type: "reserved", start_ip: "10.10.0.50", end_ip: "10.10.0.51" });
      const addresses: unknown[] = [];
      for (const name of ["sim-1", "sim-2", "sim-3"]) {
        const id = await readyMachine(client, name);
        const answer = await client.post(`machines/${id}/?op=deploy`);
        addresses.push(answer.status, at(answer.body, "boot_interface", "links", 0, "ip_address"));
      }
      expect(addresses).toEqual([200, "10.10.0.50", 200, "10.10.0.51", 503, undefined]);
    },
    testWorld([worldMachine(1), worldMachine(2), worldMachine(3)]),
  );
});
