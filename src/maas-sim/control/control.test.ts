import { expect, test } from "vitest";
import { at, listOf, withSim } from "../testing/sim-client.ts";
import { deployedMachine, readyMachine, systemId } from "../testing/site.ts";

test("another hand changes a subnet, by name or CIDR; the ledger says who", async () => {
  await withSim(async (client) => {
    const changed = await client.control("subnets/10.10.0.0%2F24", {
      gateway_ip: "10.10.0.254",
      dns_servers: ["9.9.9.9", "8.8.8.8"],
    });
    expect([changed.status, changed.body]).toEqual([
      200,
      expect.objectContaining({ gateway_ip: "10.10.0.254", dns_servers: ["9.9.9.9", "8.8.8.8"] }),
    ]);
    expect((await client.get("subnets/pxe/")).body).toEqual(changed.body);
    expect((await client.control("subnets/pxe", { dns_servers: [], allow_dns: false })).body).toMatchObject({
      dns_servers: [],
      allow_dns: false,
    });
    const { body } = await client.control("ledger");
    expect(at(body, "entries", 0)).toMatchObject({ by: "control", object: { kind: "subnet", name: "pxe" } });
    expect((await client.control("subnets/pxe", { gateway_ip: "1.2.3.4" })).status).toBe(400);
    expect((await client.control("subnets/pxe", { colour: "red" })).body).toEqual({ colour: ["Unknown parameter."] });
    expect((await client.control("subnets/nope", {})).status).toBe(404);
  });
});

test("a NIC taken out is missed at the next commissioning, and can be put back", async () => {
  await withSim(async (client) => {
    const id = await systemId(client);
    const nics = async () => listOf(await client.get(`nodes/${id}/interfaces/`)).map((nic) => at(nic, "name"));
    const removed = await client.control("machines/sim-1/remove-nic", { pci_address: "0000:00:04.0" });
    expect(removed.body).toEqual({ hostname: "sim-1", missing_nics: ["0000:00:04.0"], fail: [] });
    expect(await nics()).toHaveLength(3);
    await readyMachine(client);
    expect(await nics()).toEqual(["ens3", "ens5"]);
    await client.control("machines/sim-1/add-nic", { pci_address: "0000:00:04.0" });
    await readyMachine(client);
    expect((await nics()).toSorted()).toEqual(["ens3", "ens4", "ens5"]);
    expect((await client.control("machines/sim-1/remove-nic", { pci_address: "0000:ff:04.0" })).status).toBe(400);
    expect((await client.control("machines/nobody/remove-nic", {})).status).toBe(404);
  });
});

test("a transition is made to fail, once", async () => {
  await withSim(async (client) => {
    const id = await readyMachine(client);
    expect((await client.control("machines/sim-1/fail", { phase: "deploying" })).status).toBe(200);
    await client.post(`machines/${id}/?op=deploy`);
    client.clock.advance(60_000);
    expect((await client.get(`machines/${id}/`)).body).toMatchObject({ status_name: "Failed deployment" });
    expect((await client.control("machines/sim-1/fail", { phase: "thinking" })).status).toBe(400);
  });
});

test("the state shows machines, their addresses and their nodes", async () => {
  await withSim(async (client) => {
    const id = await deployedMachine(client);
    const { body } = await client.control("state");
    expect(at(body, "machines")).toEqual([
      {
        system_id: id,
        hostname: "sim-1",
        world_hostname: "sim-1",
        status: 6,
        status_name: "Deployed",
        error_description: "",
        power_state: "on",
        missing_nics: [],
        addresses: [{ ip: "10.10.0.2", subnet: "pxe" }],
        agent: { phase: "silent", attempts: 0, answers: {} },
      },
    ]);
    expect(at(body, "subnets", 0, "name")).toBe("pxe");
    await client.post(`machines/${id}/?op=release`);
    expect(at((await client.control("state")).body, "machines", 0, "agent")).toBeNull();
  });
});

test.each(["nope", "ledger/x", "subnets", "machines/sim-1", "machines/sim-1/dance"])(
  "/_sim/%s is unknown",
  async (path) => {
    await withSim(async (client) => {
      for (const body of [undefined, {}]) expect((await client.control(path, body)).status).toBe(404);
    });
  },
);

test("malformed input is a 400", async () => {
  await withSim(async (client) => {
    const url = `${client.sim.controlUrl}subnets/pxe`;
    for (const body of ["{", "[]", "3"]) expect((await fetch(url, { method: "POST", body })).status).toBe(400);
    expect((await client.control("ledger?after=x")).status).toBe(400);
    expect((await client.control("subnets/%zz", {})).status).toBe(400);
  });
});
