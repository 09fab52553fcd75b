import { describe, expect, test } from "vitest";
import { at, listOf, type SimClient, withSim } from "../testing/sim-client.ts";
import { deployedMachine, interfaceId, readyMachine, systemId } from "../testing/site.ts";
import { testWorld, worldMachine } from "../testing/world.ts";

const status = async (client: SimClient, id: string) => at((await client.get(`machines/${id}/`)).body, "status_name");
const op = (client: SimClient, id: string, name: string, fields = {}) =>
  client.post(`machines/${id}/?op=${name}`, fields);

test("commissioning, testing, ready: each takes its time, and the power reads on a little longer", async () => {
  await withSim(async (client) => {
    const id = await systemId(client);
    const started = await op(client, id, "commission");
    expect(started.body).toMatchObject({ status: 1, status_name: "Commissioning", power_state: "on" });
    client.clock.advance(19_999);
    expect(await status(client, id)).toBe("Commissioning");
    client.clock.advance(1);
    expect(await status(client, id)).toBe("Testing");
    client.clock.advance(5_000);
    expect((await client.get(`machines/${id}/`)).body).toMatchObject({ status_name: "Ready", power_state: "on" });
    client.clock.advance(1_000);
    expect((await client.get(`machines/${id}/`)).body).toMatchObject({
      power_state: "off",
      cpu_count: 8,
      memory: 16_384,
      hardware_info: { system_vendor: "Acme", system_product: "Anvil", system_serial: "ACME1" },
    });
  });
});

test("without testing scripts there is no testing", async () => {
  await withSim(async (client) => {
    const id = await systemId(client);
    await op(client, id, "commission", { testing_scripts: "none" });
    client.clock.advance(20_000);
    expect(await status(client, id)).toBe("Ready");
    expect((await op(client, id, "commission", { testing_scripts: "nope" })).body).toEqual({
      testing_scripts: [expect.stringContaining("nope")],
    });
  });
});

test("instant speed is still asynchronous", async () => {
  await withSim(
    async (client) => {
      const id = await systemId(client);
      expect((await op(client, id, "commission")).body).toMatchObject({ status_name: "Commissioning" });
      expect(await status(client, id)).toBe("Commissioning");
      client.clock.advance(0);
      expect(await status(client, id)).toBe("Ready");
    },
    testWorld(),
    { speed: "instant" },
  );
});

test("commissioning names the NICs; those MAAS cannot place get a fabric each", async () => {
  await withSim(async (client) => {
    const id = await systemId(client);
    const before = listOf(await client.get(`nodes/${id}/interfaces/`));
    expect(before.map((nic) => at(nic, "name"))).toEqual(["eth0", "eth1", "eth2"]);
    await readyMachine(client);
    const nics = listOf(await client.get(`nodes/${id}/interfaces/`));
    expect(nics.map((nic) => [at(nic, "name"), at(nic, "vlan", "fabric"), at(nic, "vlan", "vid")])).toEqual([
      ["ens3", "fabric-0", 0],
      ["ens4", "fabric-1", 0],
      ["ens5", "fabric-2", 0],
    ]);
    expect(nics.map((nic) => at(nic, "id"))).toEqual(before.map((nic) => at(nic, "id")));
    expect(at(nics[0], "links")).toEqual([
      { id: expect.any(Number), mode: "auto", subnet: expect.objectContaining({ name: "pxe" }) },
    ]);
    expect(at(nics[1], "links")).toEqual([{ id: expect.any(Number), mode: "link_up" }]);
    expect(at((await client.get(`machines/${id}/`)).body, "boot_interface", "name")).toBe("ens3");
  });
});

test("a NIC that is not there is not found", async () => {
  const world = testWorld([worldMachine(1, { missing_nics: ["0000:00:05.0"] })]);
  await withSim(async (client) => {
    const id = await readyMachine(client);
    expect(listOf(await client.get(`nodes/${id}/interfaces/`))).toHaveLength(2);
    const devices = listOf(await client.get(`nodes/${id}/devices/?hardware_type=network`));
    expect(devices.map((device) => at(device, "pci_address"))).toEqual(["0000:00:03.0", "0000:00:04.0"]);
    expect(at(devices[0], "physical_interface", "name")).toBe("ens3");
  }, world);
});

test("commissioning again keeps VLANs, and the configuration only when told to", async () => {
  await withSim(async (client) => {
    const id = await readyMachine(client);
    const nic = await interfaceId(client, id, "ens4");
    await client.put(`nodes/${id}/interfaces/${nic}/`, { vlan: 5001 });
    const link = { mode: "STATIC", subnet: "pxe", ip_address: "10.10.0.77" };
    await client.post(`nodes/${id}/interfaces/${nic}/?op=link_subnet`, link);
    await op(client, id, "commission", { skip_networking: 1 });
    client.clock.advance(60_000);
    const read = async () => (await client.get(`nodes/${id}/interfaces/${nic}/`)).body;
    expect(await read()).toMatchObject({ vlan: { id: 5001 }, links: [{ mode: "static", ip_address: "10.10.0.77" }] });
    await op(client, id, "commission");
    client.clock.advance(60_000);
    expect(await read()).toMatchObject({ vlan: { id: 5001 }, links: [{ mode: "link_up" }] });
  });
});

describe("deploy", () => {
  test("of a Ready machine acquires it, gives AUTO links their addresses, and a release takes them back", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      const started = await op(client, id, "deploy", {
        distro_series: "ubuntu/noble",
        hwe_kernel: "hwe-24.04",
        osystem: "ubuntu",
      });
      expect(started.body).toMatchObject({
        status_name: "Deploying",
        owner: "admin",
        osystem: "ubuntu",
        distro_series: "noble",
        hwe_kernel: "hwe-24.04",
        power_state: "on",
      });
      const address = async () => at((await client.get(`nodes/${id}/interfaces/ens3/`)).body, "links", 0, "ip_address");
      expect(await address()).toBe("10.10.0.2");
      client.clock.advance(30_000);
      expect((await client.get(`machines/${id}/`)).body).toMatchObject({ status_name: "Deployed", netboot: false });
      expect((await op(client, id, "release")).body).toMatchObject({ status_name: "Releasing" });
      client.clock.advance(5_000);
      expect((await client.get(`machines/${id}/`)).body).toMatchObject({
        status_name: "Ready",
        owner: "",
        osystem: "",
        power_state: "off",
      });
      expect(await address()).toBeUndefined();
      expect((await op(client, id, "release")).body).toMatchObject({ status_name: "Ready" });
    });
  });

  test.each([
    [
      { distro_series: "focal" },
      { distro_series: ["'focal' is not a valid distro_series.  It should be one of: '', 'ubuntu/noble'."] },
    ],
    [{ hwe_kernel: "hwe-99" }, { hwe_kernel: ["hwe-99 is not available for ubuntu/noble on amd64/generic."] }],
    [{ bridge_all: "true" }, { bridge_all: [expect.any(String)] }],
    [{ userdata: "x" }, { userdata: ["Unknown parameter."] }],
  ])("%j is refused", async (fields, problems) => {
    await withSim(async (client) => {
      const answer = await op(client, await readyMachine(client), "deploy", fields);
      expect([answer.status, answer.body]).toEqual([400, problems]);
    });
  });

  test("wants a network: a lone link_up does not count", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      await client.post(`nodes/${id}/interfaces/ens3/?op=disconnect`);
      const answer = await op(client, id, "deploy");
      expect([answer.status, answer.body]).toEqual([400, { network: ["Node must be configured to use a network"] }]);
      expect(await status(client, id)).toBe("Ready");
    });
  });

  test("wants a mounted root", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      await op(client, id, "set_storage_layout", { storage_layout: "blank" });
      expect((await op(client, id, "deploy")).body).toEqual({
        storage: ["Mount the root '/' filesystem to be able to deploy this node."],
      });
      expect((await op(client, id, "deploy", { ephemeral_deploy: "true" })).status).toBe(200);
    });
  });

  test("answers 503 when the addresses run out, and changes nothing", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      await client.post("ipranges/", { type: "reserved", start_ip: "10.10.0.2", end_ip: "10.10.0.199" });
      await client.post("ipranges/", { type: "reserved", start_ip: "10.10.0.251", end_ip: "10.10.0.254" });
      const answer = await op(client, id, "deploy");
      expect([answer.status, answer.text]).toEqual([503, expect.stringContaining("10.10.0.0/24")]);
      expect(await status(client, id)).toBe("Ready");
    });
  });

  test("accepts user data that is not base64", async () => {
    await withSim(async (client) => {
      await deployedMachine(client, "sim-1", { user_data: "#cloud-config\n{}" });
    });
  });
});

describe("a wrong state", () => {
  test.each([
    [
      "commission",
      400,
      /^application\/json/,
      '{"__all__":["Commission is not available because of the current state of the node."]}',
    ],
    ["deploy", 409, /^text\/plain/, "Can't deploy a machine that is in the 'Deployed' state"],
    ["mark_fixed", 409, /^text\/plain/, "Can't mark a non-broken node as 'Ready'."],
    ["abort", 409, /^text\/plain/, "Cannot abort in current state: Deployed"],
    ["set_storage_layout", 409, /^text\/plain/, "Cannot change storage"],
  ])("%s answers %i", async (name, code, type, text) => {
    await withSim(async (client) => {
      const id = await deployedMachine(client);
      const answer = await op(client, id, name, name === "set_storage_layout" ? { storage_layout: "flat" } : {});
      expect([answer.status, answer.type, answer.text]).toEqual([
        code,
        expect.stringMatching(type),
        expect.stringContaining(text),
      ]);
      expect(await status(client, id)).toBe("Deployed");
    });
  });

  test("release of a New machine, and interfaces of a deployed one: 409", async () => {
    await withSim(async (client) => {
      expect((await op(client, await systemId(client), "release")).status).toBe(409);
      const id = await deployedMachine(client);
      const answer = await client.post(`nodes/${id}/interfaces/?op=create_physical`, {
        mac_address: "52:54:00:ff:ff:01",
      });
      expect([answer.status, answer.type]).toEqual([409, expect.stringMatching(/^text\/plain/)]);
    });
  });

  test("deploy while deploying: 409 that names the state", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      await op(client, id, "deploy");
      expect((await op(client, id, "deploy")).text).toBe("Can't deploy a machine that is in the 'Deploying' state");
    });
  });
});

describe("abort", () => {
  test("goes back: commissioning to New or Ready, deploying to Allocated, nothing happens later", async () => {
    await withSim(async (client) => {
      const id = await systemId(client);
      await op(client, id, "commission");
      expect((await op(client, id, "abort")).body).toMatchObject({ status_name: "New", power_state: "off" });
      client.clock.advance(60_000);
      expect(await status(client, id)).toBe("New");
      await readyMachine(client);
      await op(client, id, "commission");
      expect((await op(client, id, "abort", { comment: "c" })).body).toMatchObject({ status_name: "Ready" });
      await op(client, id, "deploy");
      expect((await op(client, id, "abort")).body).toMatchObject({ status_name: "Allocated", owner: "admin" });
      client.clock.advance(60_000);
      expect(await status(client, id)).toBe("Allocated");
      expect(listOf(await client.get("subnets/pxe/?op=ip_addresses"))).toEqual([]);
    });
  });
});

describe("failures", () => {
  test.each([
    ["commissioning", "Failed commissioning"],
    ["testing", "Failed testing"],
    ["deploying", "Failed deployment"],
    ["releasing", "Releasing failed"],
  ])("%s ends in %s, once", async (phase, name) => {
    await withSim(
      async (client) => {
        const id = await systemId(client);
        const run = async (what: string) => {
          await op(client, id, what);
          client.clock.advance(60_000);
        };
        for (const what of ["commission", "deploy", "release"]) {
          await run(what);
          if ((await status(client, id)) === name) break;
        }
        expect(await status(client, id)).toBe(name);
        expect(at((await client.get(`machines/${id}/`)).body, "error_description")).toBe(`${phase} was made to fail`);
        const events = await client.get("events/?op=query&level=ERROR");
        expect(at(events.body, "events", 0)).toMatchObject({ type: name, hostname: "sim-1", level: "ERROR" });
      },
      testWorld([worldMachine(1, { fail: [phase] })]),
    );
  });

  test("Failed testing cannot be commissioned, only overridden", async () => {
    await withSim(
      async (client) => {
        const id = await readyMachine(client);
        expect((await op(client, id, "commission")).status).toBe(400);
        expect((await op(client, id, "override_failed_testing")).body).toMatchObject({ status_name: "Ready" });
      },
      testWorld([worldMachine(1, { fail: ["testing"] })]),
    );
  });

  test("an unreachable BMC fails the transition", async () => {
    await withSim(async (client) => {
      const id = await systemId(client);
      await client.put(`machines/${id}/`, { power_parameters_power_pass: "wrong" });
      await op(client, id, "commission");
      client.clock.advance(0);
      expect((await client.get(`machines/${id}/`)).body).toMatchObject({
        status_name: "Failed commissioning",
        power_state: "error",
      });
    });
  });

  test("a machine that stands for no hardware is not heard from", async () => {
    await withSim(async (client) => {
      const made = await client.post("machines/", { architecture: "amd64", mac_addresses: "52:54:00:ee:00:01" });
      client.clock.advance(60_000);
      expect(await status(client, String(at(made.body, "system_id")))).toBe("Failed commissioning");
    });
  });
});

test("lock: only while deployed; a locked machine is not released or deleted, 403", async () => {
  await withSim(async (client) => {
    const id = await readyMachine(client);
    expect((await op(client, id, "lock")).status).toBe(409);
    await op(client, id, "deploy");
    expect((await op(client, id, "lock")).body).toMatchObject({ locked: true });
    for (const answer of [await op(client, id, "release"), await client.delete(`machines/${id}/`)]) {
      expect([answer.status, answer.text]).toEqual([403, ""]);
    }
    await op(client, id, "unlock");
    expect((await op(client, id, "release")).status).toBe(200);
  });
});

test("mark_broken is the owner's alone; mark_fixed makes the machine Ready", async () => {
  await withSim(async (client) => {
    const id = await readyMachine(client);
    expect((await op(client, id, "mark_broken")).status).toBe(403);
    await client.post("machines/?op=allocate", { system_id: id });
    expect((await op(client, id, "mark_broken", { comment: "smoke" })).body).toMatchObject({
      status_name: "Broken",
      error_description: "smoke",
    });
    expect((await op(client, id, "mark_fixed")).body).toMatchObject({ status_name: "Ready", owner: "" });
  });
});

test("erasing comes before releasing", async () => {
  await withSim(async (client) => {
    const id = await deployedMachine(client);
    expect((await op(client, id, "release", { erase: "true" })).body).toMatchObject({ status_name: "Disk erasing" });
    expect(at((await client.get(`machines/${id}/`)).body, "power_state")).toBe("on");
    client.clock.advance(10_000);
    expect(await status(client, id)).toBe("Releasing");
    client.clock.advance(5_000);
    expect(await status(client, id)).toBe("Ready");
  });
});

test("a test returns to the state before it", async () => {
  await withSim(async (client) => {
    const id = await deployedMachine(client);
    expect((await op(client, id, "test", { testing_scripts: "memtester" })).body).toMatchObject({
      status_name: "Testing",
    });
    client.clock.advance(5_000);
    expect(await status(client, id)).toBe("Deployed");
  });
});
