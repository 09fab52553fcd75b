import { describe, expect, test } from "vitest";
import { at, listOf, type SimClient, withSim } from "../testing/sim-client.ts";
import { deployedMachine, readyMachine, systemId } from "../testing/site.ts";
import { changesBetween } from "./changes.ts";
import { createLedger } from "./ledger.ts";

async function entries(client: SimClient, after = 0): Promise<unknown[]> {
  const answer = await client.control(`ledger?after=${after}`);
  return listOf({ ...answer, body: at(answer.body, "entries") });
}

describe("the ledger", () => {
  test("has one entry for an effective write: what, when, and the leaves that changed", async () => {
    await withSim(async (client) => {
      await client.put("subnets/pxe/", { dns_servers: "8.8.8.8", description: "d" });
      expect(await entries(client)).toEqual([
        {
          seq: 1,
          time: "2026-01-01T00:00:00.000Z",
          by: "api",
          method: "PUT",
          path: "/MAAS/api/2.0/subnets/pxe/",
          op: null,
          object: { kind: "subnet", name: "pxe" },
          before: { description: "", "dns_servers[]": "empty" },
          after: { description: "d", "dns_servers[0]": "8.8.8.8" },
        },
      ]);
    });
  });

  test("has none for reads, refused writes, or writes that change nothing", async () => {
    await withSim(async (client) => {
      const id = await readyMachine(client);
      const before = (await entries(client)).length;
      await client.put("subnets/pxe/", { gateway_ip: "10.10.0.1", allow_dns: "true" });
      await client.put("subnets/pxe/", { gateway_ip: "1.2.3.4" });
      await client.post("fabrics/", { name: "fabric-0" });
      await client.post(`machines/${id}/?op=release`);
      await client.post(`machines/${id}/?op=power_off`);
      await client.post(`machines/${id}/?op=abort`);
      await client.put(`machines/${id}/`, { hostname: "sim-1", power_parameters_power_pass: "hush-hush" });
      await client.post("machines/?op=allocate", { system_id: id, dry_run: "true" });
      await client.post("maas/?op=set_config", { name: "upstream_dns", value: "" });
      await client.get(`machines/${id}/`);
      await client.put("vlans/5001/", { mtu: 1500, space: "" });
      expect(await entries(client)).toHaveLength(before);
    });
  });

  test("has a deploy once, by its op", async () => {
    await withSim(async (client) => {
      const id = await deployedMachine(client);
      await client.post(`machines/${id}/?op=deploy`);
      const deploys = (await entries(client)).filter((entry) => at(entry, "op") === "deploy");
      expect(deploys).toEqual([
        expect.objectContaining({
          object: { kind: "machine", name: "sim-1" },
          before: expect.objectContaining({ status_name: "Ready" }),
          after: expect.objectContaining({ status_name: "Deploying" }),
        }),
      ]);
    });
  });

  test("shows creation and deletion, and every object a call has changed", async () => {
    await withSim(async (client) => {
      const id = await systemId(client);
      await client.post("tags/", { name: "t" });
      await client.post("tags/t/?op=update_nodes", { add: id });
      await client.delete("tags/t/");
      const [made, joined, gone] = await entries(client);
      expect(made).toMatchObject({ op: null, before: {}, after: { name: "t" } });
      expect(joined).toMatchObject({ op: "update_nodes", after: { "machines[0]": "sim-1" } });
      expect(gone).toMatchObject({ method: "DELETE", before: { name: "t" }, after: {} });
    });
  });

  test("shows that a secret has changed, never the secret", async () => {
    await withSim(async (client) => {
      const id = await systemId(client);
      await client.put(`machines/${id}/`, { power_parameters_power_pass: "n3w-passw0rd" });
      const [entry] = await entries(client);
      expect(at(entry, "after", "power_parameters.power_pass")).toMatch(/^\(hidden [0-9a-f]{8}\)$/);
      expect(JSON.stringify(entry)).not.toMatch(/n3w-passw0rd|hush-hush/);
    });
  });

  test("pages by sequence number, and feeds its sink line by line", async () => {
    const lines: string[] = [];
    await withSim(
      async (client) => {
        for (const name of ["a", "b", "c"]) await client.post("fabrics/", { name });
        expect((await entries(client, 2)).map((entry) => at(entry, "seq"))).toEqual([3]);
        expect(at((await client.control("ledger?after=1&limit=1")).body, "entries", 0, "object", "name")).toBe("b");
        expect(at((await client.control("ledger?after=3")).body, "last")).toBe(3);
      },
      undefined,
      { ledgerSink: (line) => lines.push(line) },
    );
    expect(lines.map((line) => at(JSON.parse(line), "seq"))).toEqual([1, 2, 3]);
    expect(lines.every((line) => line.endsWith("\n") && line.indexOf("\n") === line.length - 1)).toBe(true);
  });
});

test("a ledger asked from before its memory gives what it has", () => {
  const ledger = createLedger(() => 0);
  const entry = {
    by: "api",
    method: "PUT",
    path: "/",
    op: null,
    object: { kind: "k", name: "n" },
    before: {},
    after: {},
  } as const;
  for (let count = 0; count < 100_001; count += 1) ledger.record(entry);
  const kept = ledger.after(0, 5);
  expect(kept[0]?.seq).toBeGreaterThan(1);
  expect(ledger.after(ledger.last - 1, 5).map(({ seq }) => seq)).toEqual([100_001]);
});

test("members of lists are told apart by their id", () => {
  const before = {
    links: [
      { id: 1, mode: "auto" },
      { id: 2, mode: "dhcp" },
    ],
  };
  const after = {
    links: [
      { id: 2, mode: "dhcp" },
      { id: 3, mode: "static" },
    ],
  };
  expect(changesBetween(before, after)).toEqual({
    before: { "links[id=1].id": 1, "links[id=1].mode": "auto" },
    after: { "links[id=3].id": 3, "links[id=3].mode": "static" },
  });
  expect(changesBetween(before, structuredClone(before))).toBeUndefined();
});
