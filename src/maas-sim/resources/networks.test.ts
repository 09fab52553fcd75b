import { describe, expect, test } from "vitest";
import { at, idOf, listOf, withSim } from "../testing/sim-client.ts";
import { interfaceId, readyMachine, systemId } from "../testing/site.ts";

describe("fabrics", () => {
  test("a new fabric comes with an untagged VLAN, answers 200, and goes by id or name", async () => {
    await withSim(async (client) => {
      const created = await client.post("fabrics/", { name: "prod", description: "d" });
      expect([created.status, created.body]).toEqual([
        200,
        expect.objectContaining({ name: "prod", class_type: null }),
      ]);
      expect(created.body).not.toHaveProperty("description");
      expect(at(created.body, "vlans")).toEqual([
        expect.objectContaining({ vid: 0, name: "untagged", mtu: 1500, space: "undefined" }),
      ]);
      expect((await client.get("fabrics/prod/")).body).toEqual(created.body);
      expect((await client.get(`fabrics/${idOf(created)}/`)).body).toEqual(created.body);
    });
  });

  test("names are unique: a 400 form error", async () => {
    await withSim(async (client) => {
      await client.post("fabrics/", { name: "prod" });
      const again = await client.post("fabrics/", { name: "prod" });
      expect([again.status, again.body]).toEqual([400, { name: ["Fabric with this Name already exists."] }]);
      expect((await client.put("fabrics/prod/", { name: "prod" })).status).toBe(200);
    });
  });

  test("one with subnets, or the default one, cannot be deleted: 400 as text", async () => {
    await withSim(async (client) => {
      const fabric = await client.post("fabrics/", { name: "prod" });
      const vlan = at(fabric.body, "vlans", 0, "id");
      await client.post("subnets/", { cidr: "10.20.0.0/24", vlan: String(vlan) });
      const refused = await client.delete("fabrics/prod/");
      expect([refused.status, refused.type]).toEqual([400, expect.stringMatching(/^text\/plain/)]);
      expect(refused.text).toContain("10.20.0.0/24");
      expect((await client.delete("fabrics/0/")).status).toBe(400);
      expect((await client.delete("subnets/10.20.0.0%2F24/")).status).toBe(204);
      const deleted = await client.delete("fabrics/prod/");
      expect([deleted.status, deleted.text]).toEqual([204, ""]);
      expect((await client.get("fabrics/prod/")).status).toBe(404);
    });
  });
});

describe("vlans", () => {
  test("nested paths go by tag, the others by database id", async () => {
    await withSim(async (client) => {
      const created = await client.post("fabrics/0/vlans/", { vid: 100, name: "storage", mtu: 9000 });
      expect(created.body).toMatchObject({ vid: 100, name: "storage", mtu: 9000, fabric: "fabric-0", fabric_id: 0 });
      const id = idOf(created);
      expect(id).toBeGreaterThan(5000);
      expect((await client.get("fabrics/fabric-0/vlans/100/")).body).toEqual(created.body);
      expect((await client.get(`vlans/${id}/`)).body).toEqual(created.body);
      expect((await client.get(`fabrics/0/vlans/${id}/`)).status).toBe(404);
      expect((await client.get("vlans/100/")).status).toBe(404);
    });
  });

  test.each([
    [{ vid: 0 }, { vid: ["A VLAN with the specified VID already exists in the destination fabric."] }],
    [{ vid: 4095 }, { vid: ["Ensure this value is less than or equal to 4094."] }],
    [{ vid: 5, mtu: 551 }, { mtu: ["Ensure this value is greater than or equal to 552."] }],
    [{ name: "x" }, { vid: ["This field is required."] }],
    [{ vid: 5, space: "nope" }, { space: [expect.stringContaining("Select a valid choice.")] }],
    [{ vid: 5, dhcp_on: "true" }, { dhcp_on: ["dhcp can only be turned on when a dynamic IP range is defined."] }],
    [{ vid: 5, dhcp_on: "maybe" }, { dhcp_on: [expect.stringContaining("boolean")] }],
  ])("%j is refused", async (fields, problems) => {
    await withSim(async (client) => {
      const answer = await client.post("fabrics/0/vlans/", fields);
      expect([answer.status, answer.body]).toEqual([400, problems]);
    });
  });

  test("DHCP can be turned on where a dynamic range is, and excludes a relay", async () => {
    await withSim(async (client) => {
      const racks = listOf(await client.get("rackcontrollers/"));
      const on = await client.put("vlans/5001/", {
        dhcp_on: true,
        primary_rack: String(at(racks[0], "system_id")),
      });
      expect([on.status, on.body]).toEqual([200, expect.objectContaining({ dhcp_on: true })]);
      const relay = idOf(await client.post("fabrics/0/vlans/", { vid: 7 }));
      const refused = await client.put("vlans/5001/", { relay_vlan: relay });
      expect([refused.status, Object.keys(refused.body ?? {})]).toEqual([400, ["relay_vlan"]]);
    });
  });

  test("a space is shown by name, and cleared by 'undefined' or an empty value", async () => {
    await withSim(async (client) => {
      const space = idOf(await client.post("spaces/", { name: "dmz" }));
      for (const clear of ["undefined", ""]) {
        expect((await client.put("vlans/5001/", { space })).body).toMatchObject({ space: "dmz" });
        expect((await client.get("subnets/pxe/")).body).toMatchObject({ space: "dmz" });
        expect((await client.put("vlans/5001/", { space: clear })).body).toMatchObject({ space: "undefined" });
      }
      expect((await client.get("spaces/-1/")).body).toMatchObject({ id: -1, name: "undefined" });
      expect((await client.delete("spaces/-1/")).status).toBe(400);
    });
  });

  test("one in use can be deleted; what was on it falls back to the untagged one", async () => {
    await withSim(async (client) => {
      const vlan = idOf(await client.post("fabrics/0/vlans/", { vid: 100 }));
      await client.post("subnets/", { cidr: "10.30.0.0/24", vlan });
      expect((await client.delete("fabrics/0/vlans/100/")).status).toBe(204);
      expect(at((await client.get("subnets/10.30.0.0%2F24/")).body, "vlan", "vid")).toBe(0);
    });
  });
});

describe("subnets", () => {
  test("an item goes by id, name and CIDR; a host CIDR is normalised, its name is not", async () => {
    await withSim(async (client) => {
      const created = await client.post("subnets/", { cidr: "10.98.0.5/24" });
      expect(created.body).toMatchObject({
        cidr: "10.98.0.0/24",
        name: "10.98.0.5/24",
        vlan: { id: 5001 },
        rdns_mode: 2,
        allow_dns: true,
        managed: true,
        active_discovery: false,
        gateway_ip: null,
        dns_servers: [],
      });
      for (const path of [String(idOf(created)), "10.98.0.0%2F24", "cidr:10.98.0.0%2F24", "10.98.0.5%2F24"]) {
        expect((await client.get(`subnets/${path}/`)).body).toEqual(created.body);
      }
    });
  });

  test.each([["8.8.8.8 9.9.9.9"], ["8.8.8.8,9.9.9.9"], ["8.8.8.8, 9.9.9.9"], [["8.8.8.8", "9.9.9.9"]]])(
    "dns_servers as %j, then cleared by an empty value",
    async (servers) => {
      await withSim(async (client) => {
        const set = await client.put("subnets/pxe/", { dns_servers: servers });
        expect(at(set.body, "dns_servers")).toEqual(["8.8.8.8", "9.9.9.9"]);
        const other = await client.put("subnets/pxe/", { allow_dns: "false" });
        expect(other.body).toMatchObject({
          dns_servers: ["8.8.8.8", "9.9.9.9"],
          allow_dns: false,
          gateway_ip: "10.10.0.1",
        });
        expect(at((await client.put("subnets/pxe/", { dns_servers: "" })).body, "dns_servers")).toEqual([]);
        expect(at((await client.put("subnets/pxe/", { gateway_ip: "" })).body, "gateway_ip")).toBeNull();
      });
    },
  );

  test.each([
    [{}, { cidr: ["This field is required."] }],
    [{ cidr: "banana" }, { cidr: ["Required format: <network>/<prefixlen>."] }],
    [{ cidr: "10.5.0.0/24", gateway_ip: "10.6.0.1" }, { gateway_ip: ["Gateway IP must be within CIDR range."] }],
    [
      { cidr: "10.5.0.0/24", dns_servers: "8.8.8.8 x" },
      { dns_servers: [expect.stringContaining("Invalid IP address: x")] },
    ],
    [{ cidr: "10.5.0.0/24", vlan: 1 }, { vlan: [expect.stringContaining("Select a valid choice.")] }],
    [{ cidr: "10.5.0.0/24", rdns_mode: 3 }, { rdns_mode: ["Ensure this value is less than or equal to 2."] }],
    [
      { cidr: "10.10.0.0/24" },
      { cidr: expect.arrayContaining(["Subnet with this Cidr already exists."]), __all__: [expect.any(String)] },
    ],
    [{ cidr: "10.10.0.128/25" }, { cidr: [expect.stringContaining("10.10.0.0/24")], __all__: [expect.any(String)] }],
  ])("%j is refused", async (fields, problems) => {
    await withSim(async (client) => {
      const answer = await client.post("subnets/", fields);
      expect([answer.status, answer.body]).toEqual([400, problems]);
    });
  });

  test("one in use can be deleted: its links go with it", async () => {
    await withSim(async (client) => {
      const machine = await readyMachine(client);
      expect((await client.delete("subnets/pxe/")).status).toBe(204);
      expect(at((await client.get(`nodes/${machine}/interfaces/ens3/`)).body, "links")).toEqual([]);
      expect(listOf(await client.get("ipranges/"))).toEqual([]);
    });
  });

  test("reserved and unreserved ranges tell who holds what", async () => {
    await withSim(async (client) => {
      const machine = await readyMachine(client);
      const nic = await interfaceId(client, machine, "ens3");
      await client.post(`nodes/${machine}/interfaces/${nic}/?op=link_subnet`, {
        mode: "STATIC",
        subnet: "pxe",
        ip_address: "10.10.0.9",
      });
      expect((await client.get("subnets/pxe/?op=reserved_ip_ranges")).body).toEqual([
        { start: "10.10.0.1", end: "10.10.0.1", num_addresses: 1, purpose: ["gateway-ip"] },
        { start: "10.10.0.9", end: "10.10.0.9", num_addresses: 1, purpose: ["assigned-ip"] },
        { start: "10.10.0.200", end: "10.10.0.250", num_addresses: 51, purpose: ["dynamic"] },
      ]);
      expect((await client.get("subnets/pxe/?op=unreserved_ip_ranges")).body).toEqual([
        { start: "10.10.0.2", end: "10.10.0.8", num_addresses: 7 },
        { start: "10.10.0.10", end: "10.10.0.199", num_addresses: 190 },
        { start: "10.10.0.251", end: "10.10.0.254", num_addresses: 4 },
      ]);
      expect((await client.get("subnets/pxe/?op=statistics")).body).toMatchObject({
        num_available: 201,
        total_addresses: 254,
      });
      expect((await client.get("subnets/pxe/?op=ip_addresses")).body).toEqual([
        expect.objectContaining({ ip: "10.10.0.9", node_summary: expect.objectContaining({ system_id: machine }) }),
      ]);
    });
  });
});

describe("ipranges", () => {
  test("the subnet follows from the addresses", async () => {
    await withSim(async (client) => {
      const range = await client.post("ipranges/", { type: "reserved", start_ip: "10.10.0.2", end_ip: "10.10.0.9" });
      expect([range.status, range.body]).toEqual([
        200,
        expect.objectContaining({
          type: "reserved",
          start_ip: "10.10.0.2",
          comment: "",
          subnet: expect.objectContaining({ name: "pxe" }),
        }),
      ]);
      expect((await client.put(`ipranges/${idOf(range)}/`, { comment: "c" })).body).toMatchObject({
        comment: "c",
        end_ip: "10.10.0.9",
      });
      expect((await client.delete(`ipranges/${idOf(range)}/`)).status).toBe(204);
    });
  });

  test.each([
    [{ type: "dynamic", start_ip: "10.10.0.240", end_ip: "10.10.0.253" }, ["start_ip", "end_ip"]],
    [{ type: "dynamic", start_ip: "10.10.0.1", end_ip: "10.10.0.5" }, ["start_ip", "end_ip"]],
    [{ type: "reserved", start_ip: "10.10.0.9", end_ip: "10.10.0.2" }, ["end_ip"]],
    [{ type: "reserved", start_ip: "10.11.0.2", end_ip: "10.11.0.3" }, ["subnet"]],
    [{ type: "static", start_ip: "10.10.0.2", end_ip: "10.10.0.3" }, ["type"]],
    [{ type: "reserved", start_ip: "10.10.0.2" }, ["end_ip"]],
  ])("%j is refused", async (fields, problems) => {
    await withSim(async (client) => {
      const answer = await client.post("ipranges/", fields);
      expect([answer.status, Object.keys(answer.body ?? {})]).toEqual([400, problems]);
    });
  });
});

test("static routes join two known subnets through a gateway in the source", async () => {
  await withSim(async (client) => {
    await client.post("subnets/", { cidr: "10.20.0.0/24", name: "far" });
    const fields = { source: "pxe", destination: "10.20.0.0/24", gateway_ip: "10.10.0.254", metric: 5 };
    const route = await client.post("static-routes/", fields);
    expect(route.body).toMatchObject({ source: { name: "pxe" }, destination: { name: "far" }, metric: 5 });
    expect((await client.post("static-routes/", fields)).body).toHaveProperty("__all__");
    const outside = await client.post("static-routes/", { ...fields, gateway_ip: "10.30.0.1" });
    expect([outside.status, Object.keys(outside.body ?? {})]).toEqual([400, ["__all__"]]);
    expect((await client.put(`static-routes/${idOf(route)}/`, { metric: 7 })).body).toMatchObject({ metric: 7 });
    expect((await client.delete(`static-routes/${idOf(route)}/`)).status).toBe(204);
  });
});

describe("tags", () => {
  test("members are set by system id; unknown ids do not count", async () => {
    await withSim(async (client) => {
      const machine = await systemId(client);
      await client.post("tags/", { name: "kern-1", kernel_opts: "quiet" });
      expect((await client.post("tags/kern-1/?op=update_nodes", { add: [machine, "zzz"] })).body).toEqual({
        added: 1,
        removed: 0,
      });
      expect(at((await client.get(`machines/${machine}/`)).body, "tag_names")).toEqual(["kern-1"]);
      expect((await client.put("tags/kern-1/", { name: "kern-2" })).body).toMatchObject({
        name: "kern-2",
        kernel_opts: "quiet",
      });
      expect(listOf(await client.get("tags/kern-2/?op=machines"))).toHaveLength(1);
      expect((await client.get("tags/kern-1/")).status).toBe(404);
      expect((await client.delete("tags/kern-2/")).status).toBe(204);
      expect(at((await client.get(`machines/${machine}/`)).body, "tag_names")).toEqual([]);
    });
  });

  test("names are checked and unique; a tag with a definition refuses members", async () => {
    await withSim(async (client) => {
      await client.post("tags/", { name: "auto", definition: "//node" });
      expect((await client.post("tags/", { name: "auto" })).body).toEqual({
        name: ["Tag with this Name already exists."],
      });
      expect((await client.post("tags/", { name: "a b" })).status).toBe(400);
      const refused = await client.post("tags/auto/?op=update_nodes", { add: await systemId(client) });
      expect([refused.status, refused.type]).toEqual([409, expect.stringMatching(/^text\/plain/)]);
    });
  });
});

test("the configuration: scalars in JSON, and the valid names for a wrong one", async () => {
  await withSim(async (client) => {
    expect((await client.get("maas/?op=get_config&name=node_timeout")).body).toBe(30);
    expect((await client.post("maas/?op=set_config", { name: "node_timeout", value: "45" })).text).toBe("OK");
    expect((await client.get("maas/?op=get_config&name=node_timeout")).body).toBe(45);
    const wrong = await client.get("maas/?op=get_config&name=nope");
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("ntp_servers")]);
    expect((await client.post("maas/?op=set_config", { name: "node_timeout", value: "soon" })).status).toBe(400);
  });
});

test("images: one resource for each kernel, complete", async () => {
  await withSim(async (client) => {
    const images = listOf(await client.get("boot-resources/?type=synced"));
    expect(images).toEqual([
      expect.objectContaining({ name: "ubuntu/noble", architecture: "amd64/ga-24.04", type: "Synced" }),
      expect.objectContaining({ name: "ubuntu/noble", architecture: "amd64/hwe-24.04" }),
    ]);
    expect(listOf(await client.get("boot-resources/?type=uploaded"))).toEqual([]);
    const image = await client.get(`boot-resources/${at(images[0], "id")}/`);
    expect(at(image.body, "sets", "20260101", "complete")).toBe(true);
    expect((await client.get("boot-resources/?op=is_importing")).body).toBe(false);
  });
});
