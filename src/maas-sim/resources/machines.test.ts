import { describe, expect, test } from "vitest";
import { at, listOf, type SimClient, withSim } from "../testing/sim-client.ts";
import { deployedMachine, readyMachine, systemId } from "../testing/site.ts";
import { testWorld, worldMachine } from "../testing/world.ts";

const MANUAL = { architecture: "amd64", mac_addresses: "52:54:00:AA:00:01", commission: "false" };
const names = async (client: SimClient, query: string) =>
  listOf(await client.get(`machines/?${query}`)).map((machine) => at(machine, "hostname"));

describe("create", () => {
  test("answers 200 with a New machine whose first NIC is eth0", async () => {
    await withSim(async (client) => {
      const made = await client.post("machines/", { ...MANUAL, hostname: "n9" });
      expect([made.status, made.body]).toEqual([
        200,
        expect.objectContaining({
          hostname: "n9",
          fqdn: "n9.maas",
          status: 0,
          status_name: "New",
          architecture: "amd64/generic",
        }),
      ]);
      expect(at(made.body, "interface_set", 0)).toMatchObject({ name: "eth0", mac_address: "52:54:00:aa:00:01" });
    });
  });

  test("commissions unless told not to", async () => {
    await withSim(async (client) => {
      const { commission: _not, ...fields } = MANUAL;
      expect((await client.post("machines/", fields)).body).toMatchObject({ status_name: "Commissioning" });
    });
  });

  test.each([
    [{ mac_addresses: [] }, { mac_addresses: ["This field is required."] }],
    [{ mac_addresses: "banana" }, { mac_addresses: ["'banana' is not a valid MAC address."] }],
    [
      { mac_addresses: "52:54:00:00:01:03" },
      { mac_addresses: ["MAC address 52:54:00:00:01:03 already in use on sim-1."] },
    ],
    [{ architecture: "vax" }, { architecture: [expect.stringContaining("'amd64/generic'")] }],
    [{ architecture: "" }, { architecture: ["Architecture must be defined for installable nodes."] }],
    [{ hostname: "sim-1" }, { hostname: ["Node with this Hostname already exists."] }],
    [{ hostname: "under_score" }, { hostname: [expect.stringContaining("disallowed")] }],
    [{ power_type: "steam" }, { power_type: [expect.stringContaining("steam")] }],
    [{ power_type: "ipmi" }, { power_parameters: ["Power address: This field is required."] }],
    [
      { power_type: "ipmi", power_parameters_power_address: "10.0.0.9", power_parameters_power_driver: "FAST" },
      { power_parameters: [expect.stringContaining("Power driver: Select a valid choice. FAST")] },
    ],
    [
      { power_type: "ipmi", power_parameters_power_address: "10.0.0.9", power_parameters_colour: "red" },
      { power_parameters_colour: ["Unknown parameter of power type 'ipmi'."] },
    ],
    [{ power_parameters: "{" }, { power_parameters: [expect.stringContaining("JSON")] }],
    [{ domain: "elsewhere" }, { domain: ["Unable to find domain elsewhere."] }],
  ])("%j is refused", async (fields, problems) => {
    await withSim(async (client) => {
      const answer = await client.post("machines/", { ...MANUAL, ...fields });
      expect([answer.status, answer.type, answer.body]).toEqual([400, "application/json", problems]);
      expect(listOf(await client.get("machines/"))).toHaveLength(1);
    });
  });

  test("power_parameters may come as JSON, and be left unchecked", async () => {
    await withSim(async (client) => {
      const made = await client.post("machines/", {
        ...MANUAL,
        power_type: "ipmi",
        power_parameters: JSON.stringify({ colour: "red" }),
        power_parameters_skip_check: "true",
      });
      const id = String(at(made.body, "system_id"));
      expect((await client.get(`machines/${id}/?op=power_parameters`)).body).toMatchObject({ colour: "red" });
    });
  });

  test("the very same BMC twice ends in the HTML conflict page", async () => {
    await withSim(async (client) => {
      const known = await client.get(`machines/${await systemId(client)}/?op=power_parameters`);
      const packed = { ...MANUAL, power_type: "ipmi", power_parameters: JSON.stringify(known.body) };
      const answer = await client.post("machines/", packed);
      expect([answer.status, answer.type]).toEqual([409, expect.stringMatching(/^text\/html/)]);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(answer.text).toContain("Conflict Error");
    });
  });

  test("redfish with a scheme in its address is a 500; without, it is accepted", async () => {
    await withSim(async (client) => {
      const redfish = (address: string) => ({
        ...MANUAL,
        power_type: "redfish",
        power_parameters_power_address: address,
        power_parameters_power_user: "u",
        power_parameters_power_pass: "p",
      });
      const answer = await client.post("machines/", redfish("https://10.0.0.9"));
      expect([answer.status, answer.type]).toEqual([500, expect.stringMatching(/^text\/plain/)]);
      expect((await client.post("machines/", redfish("10.0.0.9"))).status).toBe(200);
    });
  });
});

describe("list", () => {
  const world = testWorld([worldMachine(1), worldMachine(2), worldMachine(3, { enlisted: false })]);

  test("filters, repeatable, and strict about tags and MACs", async () => {
    await withSim(async (client) => {
      await client.post("tags/", { name: "t" });
      await client.post("tags/t/?op=update_nodes", { add: await systemId(client, "sim-2") });
      expect(await names(client, "")).toEqual(["sim-1", "sim-2"]);
      expect(await names(client, "hostname=sim-2&hostname=sim-1")).toEqual(["sim-1", "sim-2"]);
      expect(await names(client, "mac_address=52:54:00:00:02:04")).toEqual(["sim-2"]);
      expect(await names(client, "system_id=zzzzzz")).toEqual([]);
      expect(await names(client, "tags=t")).toEqual(["sim-2"]);
      expect(await names(client, "not_tags=t")).toEqual(["sim-1"]);
      expect(await names(client, "status=ready")).toEqual([]);
      expect(await names(client, "status=new&status=ready")).toEqual(["sim-1", "sim-2"]);
      for (const query of ["tags=nope", "mac_address=x", "status=asleep"]) {
        expect((await client.get(`machines/?${query}`)).status).toBe(400);
      }
    }, world);
  });

  test("power parameters of many, secrets in clear", async () => {
    await withSim(async (client) => {
      const id = await systemId(client, "sim-2");
      const { body } = await client.get(`machines/?op=power_parameters&id=${id}`);
      expect(body).toEqual({ [id]: expect.objectContaining({ power_pass: "hush-hush", power_driver: "LAN_2_0" }) });
    }, world);
  });

  test("a machine that did not enlist is found by the MAC it is created with", async () => {
    await withSim(async (client) => {
      const made = await client.post("machines/", { architecture: "amd64", mac_addresses: "52:54:00:00:03:04" });
      client.clock.advance(60_000);
      const { body } = await client.get(`machines/${at(made.body, "system_id")}/`);
      expect(body).toMatchObject({ status_name: "Ready", hardware_info: { system_serial: "ACME3" } });
    }, world);
  });
});

describe("update", () => {
  test("omitted fields keep their value; a new power type starts from its defaults", async () => {
    await withSim(async (client) => {
      const id = await systemId(client);
      await client.put(`machines/${id}/`, { description: "d" });
      const renamed = await client.put(`machines/${id}/`, { hostname: "web-1", power_parameters_power_user: "other" });
      expect(renamed.body).toMatchObject({ hostname: "web-1", description: "d", power_type: "ipmi" });
      expect((await client.get(`machines/${id}/?op=power_parameters`)).body).toMatchObject({
        power_user: "other",
        power_pass: "hush-hush",
      });
      await client.put(`machines/${id}/`, {
        power_type: "virsh",
        power_parameters_power_address: "qemu+ssh://h/system",
        power_parameters_power_id: "vm",
      });
      expect((await client.get(`machines/${id}/?op=power_parameters`)).body).toEqual({
        power_address: "qemu+ssh://h/system",
        power_id: "vm",
        power_pass: "",
      });
    });
  });

  test("a deployed machine can be renamed", async () => {
    await withSim(async (client) => {
      const id = await deployedMachine(client);
      expect((await client.put(`machines/${id}/`, { hostname: "web-1" })).body).toMatchObject({
        hostname: "web-1",
        status_name: "Deployed",
      });
    });
  });
});

describe("power", () => {
  test("is asked of the BMC, which wants the right password", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      const query = () => client.get(`machines/${id}/?op=query_power_state`);
      expect((await query()).body).toEqual({ state: "off" });
      await client.put(`machines/${id}/`, { power_parameters_power_pass: "wrong" });
      expect([(await query()).status, (await query()).text]).toEqual([500, expect.stringContaining("password")]);
      await client.put(`machines/${id}/`, { power_parameters_power_address: "10.1.1.1" });
      expect((await query()).text).toBe("BMC unreachable: 10.1.1.1");
    });
  });

  test("power_on needs an allocated machine", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      expect((await client.post(`machines/${id}/?op=power_on`)).status).toBe(409);
      await client.post("machines/?op=allocate", { system_id: id });
      expect((await client.post(`machines/${id}/?op=power_on`)).body).toMatchObject({ power_state: "on" });
      expect((await client.post(`machines/${id}/?op=power_off`, { stop_mode: "soft" })).body).toMatchObject({
        power_state: "off",
      });
      expect((await client.post(`machines/${id}/?op=power_off`, { stop_mode: "gently" })).status).toBe(400);
    });
  });

  test("a manual machine cannot be asked, and does not mind", async () => {
    const manual = worldMachine(1, { power_type: "manual", power_parameters: {} });
    await withSim(
      async (client) => {
        const id = await readyMachine(client);
        expect((await client.get(`machines/${id}/?op=query_power_state`)).body).toEqual({ state: "unknown" });
        expect((await client.get(`machines/${id}/`)).body).toMatchObject({
          status_name: "Ready",
          power_state: "unknown",
        });
      },
      testWorld([manual]),
    );
  });
});

describe("allocate", () => {
  const world = testWorld([worldMachine(1), worldMachine(2, { memory_mib: 65_536 })]);

  test("by constraint, by name, by id; an allocated one is taken, even for its owner", async () => {
    await withSim(async (client) => {
      const first = await readyMachine(client, "sim-1");
      await readyMachine(client, "sim-2");
      const dry = await client.post("machines/?op=allocate", { mem: 60_000, dry_run: "true" });
      expect(dry.body).toMatchObject({ hostname: "sim-2", status_name: "Ready" });
      const got = await client.post("machines/?op=allocate", { mem: 60_000, agent_name: "bp" });
      expect(got.body).toMatchObject({
        hostname: "sim-2",
        status_name: "Allocated",
        owner: "admin",
        agent_name: "bp",
        constraints_by_type: {},
      });
      const none = await client.post("machines/?op=allocate", { mem: 60_000 });
      expect([none.status, none.text]).toEqual([
        409,
        expect.stringContaining("No available machine matches constraints: mem=60000"),
      ]);
      expect((await client.post("machines/?op=allocate", { system_id: first })).status).toBe(200);
      const again = await client.post("machines/?op=allocate", { system_id: first });
      expect([again.status, again.text]).toEqual([409, `No machine with system ID ${first} available.`]);
      expect((await client.post("machines/?op=allocate", { tags: "nope" })).status).toBe(400);
      const released = await client.post("machines/?op=release", { machines: [first] });
      expect(released.body).toEqual([first]);
    }, world);
  });
});

describe("annotations", () => {
  test("one store under two names; an empty value deletes; a release clears it", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      const early = await client.post(`machines/${id}/?op=set_owner_data`, { a: "1" });
      expect(early.status).toBe(409);
      expect(
        at((await client.post(`machines/${id}/?op=set_workload_annotations`, { a: "1" })).body, "owner_data"),
      ).toEqual({ a: "1" });
      await client.post("machines/?op=allocate", { system_id: id });
      const both = await client.post(`machines/${id}/?op=set_owner_data`, { a: "", b: "2" });
      expect(at(both.body, "workload_annotations")).toEqual({ b: "2" });
      await client.post(`machines/${id}/?op=release`);
      client.clock.advance(60_000);
      expect(at((await client.get(`machines/${id}/`)).body, "workload_annotations")).toEqual({});
    });
  });
});

test("a machine that is deleted is gone, with its addresses", async () => {
  await withSim(async (client) => {
    const id = await deployedMachine(client);
    expect(listOf(await client.get("subnets/pxe/?op=ip_addresses"))).toHaveLength(1);
    expect((await client.delete(`machines/${id}/`)).status).toBe(204);
    expect((await client.get(`machines/${id}/`)).status).toBe(404);
    expect(listOf(await client.get("subnets/pxe/?op=ip_addresses"))).toEqual([]);
  });
});
