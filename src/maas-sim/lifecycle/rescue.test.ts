import { expect, test } from "vitest";
import { at, type SimClient, withSim } from "../testing/sim-client.ts";
import { deployedMachine, systemId } from "../testing/site.ts";
import { testWorld, worldMachine } from "../testing/world.ts";

const read = async (client: SimClient, id: string) => (await client.get(`machines/${id}/`)).body;
const op = (client: SimClient, id: string, name: string, fields = {}) =>
  client.post(`machines/${id}/?op=${name}`, fields);
const put = (client: SimClient, state: Record<string, unknown>) => client.control("machines/sim-1/state", state);

/** The states rescue mode is entered from, and those it is left from; of all others the answer is a 409. */
const ENTERED_FROM = [0, 2, 4, 6, 8, 10, 11, 15, 18, 22];
const LEFT_FROM = [16, 17, 18, 20];
const TESTED_FROM = [0, 2, 3, 4, 5, 6, 8, 10, 11, 13, 15, 16, 18, 20, 22];
const ALL = Array.from({ length: 23 }, (_, status) => status);

test("rescue mode is entered and left, each in its time, and the machine is what it was before", async () => {
  await withSim(async (client) => {
    const id = await deployedMachine(client);
    expect((await op(client, id, "rescue_mode")).body).toMatchObject({ status_name: "Entering rescue mode" });
    client.clock.advance(20_000);
    expect(await read(client, id)).toMatchObject({ status_name: "Rescue mode", power_state: "on" });
    expect((await op(client, id, "exit_rescue_mode")).body).toMatchObject({ status_name: "Exiting rescue mode" });
    client.clock.advance(5_000);
    expect(await read(client, id)).toMatchObject({ status_name: "Deployed", power_state: "on" });
  });
});

test.each(["entering_rescue", "exiting_rescue"])("%s can fail, and is tried again", async (phase) => {
  await withSim(
    async (client) => {
      const id = await systemId(client);
      await put(client, { status: "ready" });
      await op(client, id, "rescue_mode");
      client.clock.advance(20_000);
      if (phase === "entering_rescue") {
        expect(at(await read(client, id), "status")).toBe(18);
        await op(client, id, "rescue_mode");
        client.clock.advance(20_000);
      }
      expect(at(await read(client, id), "status")).toBe(16);
      await op(client, id, "exit_rescue_mode");
      client.clock.advance(5_000);
      if (phase === "exiting_rescue") {
        expect(at(await read(client, id), "status")).toBe(20);
        await op(client, id, "exit_rescue_mode");
        client.clock.advance(5_000);
      }
      expect(at(await read(client, id), "status_name")).toBe("Ready");
    },
    testWorld([worldMachine(1, { fail: [phase] })]),
  );
});

test("each operation is taken in the states MAAS takes it in, and refused in all others as MAAS refuses it", async () => {
  await withSim(async (client) => {
    const id = await systemId(client);
    const taken = async (name: string, refusal: number, text: RegExp) => {
      const from: number[] = [];
      for (const status of ALL) {
        await put(client, { status });
        const answer = await op(client, id, name);
        if (answer.status === 200) from.push(status);
        else {
          expect([name, status, answer.status]).toEqual([name, status, refusal]);
          expect(answer.text).toMatch(text);
        }
      }
      return from;
    };
    expect(await taken("rescue_mode", 409, /^Invalid transition: .* -> Entering rescue mode\.$/)).toEqual(ENTERED_FROM);
    expect(await taken("exit_rescue_mode", 409, /^Invalid transition: /)).toEqual(LEFT_FROM);
    expect(await taken("commission", 400, /Commission is not available/)).toEqual([0, 2, 4, 8]);
    expect(await taken("test", 400, /Test is not available/)).toEqual(TESTED_FROM);
    expect(await taken("abort", 409, /Cannot abort in current state/)).toEqual([1, 9, 14, 21]);
    expect(await taken("release", 409, /cannot be released in their current state/)).toEqual([
      4, 5, 6, 8, 9, 10, 11, 12, 13, 15,
    ]);
    expect(await taken("override_failed_testing", 409, /Cannot override/)).toEqual([22]);
    expect(await taken("mark_fixed", 409, /non-broken/)).toEqual([8]);
    expect(await taken("power_on", 409, /allocate it first/)).toEqual([6, 10]);
    expect(await taken("lock", 409, /Can't lock/)).toEqual([6, 9]);
  });
});

test("a state of a later MAAS has a number and nothing is done in it", async () => {
  await withSim(async (client) => {
    const id = await systemId(client);
    await put(client, { status: 99 });
    expect(await read(client, id)).toMatchObject({ status: 99 });
    for (const name of ["commission", "test", "release", "deploy", "rescue_mode", "abort"])
      expect((await op(client, id, name)).status).toBeGreaterThanOrEqual(400);
    expect((await put(client, { status: "asleep" })).status).toBe(400);
  });
});

test("nodes are listed with those that are no machines, and their MACs and names are taken", async () => {
  const other = { hostname: "printer", type: 1, mac: "52:54:00:00:77:01" };
  await withSim(
    async (client) => {
      const nodes = (await client.get("nodes/?mac_address=52:54:00:00:77:01")).body;
      expect(nodes).toMatchObject([{ hostname: "printer", node_type: 1, node_type_name: "Device" }]);
      expect((await client.get("nodes/?hostname=sim-1")).body).toMatchObject([{ hostname: "sim-1", node_type: 0 }]);
      const machine = { architecture: "amd64", mac_addresses: other.mac, hostname: "printer", power_type: "manual" };
      expect((await client.post("machines/", machine)).body).toEqual({
        mac_addresses: ["MAC address 52:54:00:00:77:01 already in use on printer."],
        hostname: ["Node with this Hostname already exists."],
      });
    },
    testWorld(undefined, { other_nodes: [other] }),
  );
});
