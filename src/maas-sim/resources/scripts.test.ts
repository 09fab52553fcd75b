import { describe, expect, test } from "vitest";
import { at, authorization, listOf, withSim } from "../testing/sim-client.ts";
import { deployedMachine, readyMachine, systemId } from "../testing/site.ts";

const SCRIPT = `#!/bin/sh
# --- Start MAAS 1.0 script metadata ---
# name: burn-in
# title: Burn in
# script_type: testing
# hardware_type: cpu
# parallel: instance
# timeout: 00:05:00
# tags: [slow, cpu]
# --- End MAAS 1.0 script metadata ---
stress
`;

describe("scripts", () => {
  test("the metadata block wins over the request", async () => {
    await withSim(async (client) => {
      const made = await client.post("scripts/", { name: "other", type: "commissioning", script: SCRIPT });
      expect([made.status, made.body]).toEqual([
        200,
        expect.objectContaining({
          name: "burn-in",
          type: 2,
          type_name: "Testing script",
          hardware_type: 1,
          parallel: 1,
          timeout: "0:05:00",
          tags: ["slow", "cpu"],
        }),
      ]);
      const id = await systemId(client);
      const commissioned = await client.post(`machines/${id}/?op=commission`, {
        testing_scripts: "slow",
        "burn-in_load": "9",
      });
      expect(commissioned.status).toBe(200);
      expect((await client.post(`machines/${id}/?op=abort`, { "burn-in_load": "9" })).status).toBe(400);
    });
  });

  test("come as a file too, gain revisions, and go", async () => {
    await withSim(async (client) => {
      const form = new FormData();
      form.set("name", "probe");
      form.set("type", "commissioning");
      form.set("probe", new Blob(["#!/bin/sh\none\n"]), "probe");
      expect((await client.send("scripts/", { method: "POST", body: form })).status).toBe(200);
      await client.put("scripts/probe", { script: "#!/bin/sh\ntwo", comment: "second" });
      const read = await client.get("scripts/probe?include_script=true");
      expect(at(read.body, "history")).toEqual([
        expect.objectContaining({ comment: "second", data: Buffer.from("#!/bin/sh\ntwo").toString("base64") }),
        expect.objectContaining({ comment: null }),
      ]);
      expect((await client.get("scripts/probe?op=download")).text).toBe("#!/bin/sh\ntwo");
      await client.post("scripts/probe?op=revert", { to: -1 });
      expect((await client.get("scripts/probe?op=download")).text).toBe("#!/bin/sh\none\n");
      expect((await client.delete("scripts/probe")).status).toBe(204);
      expect((await client.get("scripts/probe")).status).toBe(404);
    });
  });

  test.each([
    [{ name: "x", script: "echo" }, { script: ["Must start with shebang."] }],
    [{ name: "x" }, { script: ["This field is required."] }],
    [{ script: "#!/bin/sh" }, { name: ["This field is required."] }],
    [{ name: "maas-lshw", script: "#!/bin/sh" }, { name: ["Script with this Name already exists."] }],
    [{ name: "x", type: "dance", script: "#!/bin/sh" }, { type: [expect.any(String)] }],
    [
      {
        name: "x",
        script:
          "#!/bin/sh\n# --- Start MAAS 1.0 script metadata ---\n# name: [\n# --- End MAAS 1.0 script metadata ---\n",
      },
      { script: [expect.stringContaining("Invalid metadata")] },
    ],
  ])("%j is refused", async (fields, problems) => {
    await withSim(async (client) => {
      const answer = await client.post("scripts/", fields);
      expect([answer.status, answer.body]).toEqual([400, problems]);
    });
  });
});

describe("results", () => {
  test("sets of every kind, with output on demand", async () => {
    await withSim(async (client) => {
      const id = await deployedMachine(client);
      const sets = listOf(await client.get(`nodes/${id}/results/`));
      expect(sets.map((set) => [at(set, "type_name"), at(set, "status_name")])).toEqual([
        ["Commissioning", "Passed"],
        ["Testing", "Passed"],
        ["Installation", "Passed"],
      ]);
      const filtered = await client.get(
        `nodes/${id}/results/?type=commissioning&filters=maas-lshw&include_output=true`,
      );
      const output = String(at(filtered.body, 0, "results", 0, "stdout"));
      expect(Buffer.from(output, "base64").toString()).toContain("<serial>52:54:00:00:01:03</serial>");
      const current = await client.get(`nodes/${id}/results/current-installation/`);
      expect(at(current.body, "results", 0, "name")).toBe("/tmp/install.log");
      const text = await client.get(
        `nodes/${id}/results/current-commissioning/?op=download&filetype=txt&filters=50-maas-01-commissioning`,
      );
      expect(at(JSON.parse(text.text), "resources", "network", "cards", 1, "pci_address")).toBe("0000:00:04.0");
      expect((await client.get(`nodes/${id}/results/?type=cooking`)).status).toBe(400);
    });
  });
});

test("details are BSON: two binaries, or nulls before commissioning", async () => {
  await withSim(async (client) => {
    const fetchDetails = async () => {
      const id = await systemId(client);
      const headers = { authorization: authorization(Math.floor(client.clock.now() / 1000)) };
      const response = await fetch(`${client.sim.url}api/2.0/machines/${id}/?op=details`, { headers });
      expect(response.headers.get("content-type")).toBe("application/bson");
      return Buffer.from(await response.arrayBuffer());
    };
    const empty = await fetchDetails();
    expect(empty.toString("latin1")).toBe("\x11\0\0\0\x0alshw\0\x0alldp\0\0");
    await readyMachine(client);
    const full = await fetchDetails();
    expect(full.readInt32LE(0)).toBe(full.length);
    expect(full.subarray(4, 10).toString("latin1")).toBe("\x05lshw\0");
    const size = full.readInt32LE(10);
    expect(full.subarray(15, 15 + size).toString()).toContain('<node id="sim-1" claimed="true" class="system"');
    expect(full.subarray(15 + size, 21 + size).toString("latin1")).toBe("\x05lldp\0");
  });
});

test("events: newest first, filtered, in pages", async () => {
  await withSim(async (client) => {
    const id = await readyMachine(client);
    const all = await client.get(`events/?op=query&id=${id}`);
    const types = listOf({ ...all, body: at(all.body, "events") }).map((event) => at(event, "type"));
    expect(types).toEqual(["Ready", "Testing", "Commissioning"]);
    const newest = String(at(all.body, "events", 0, "id"));
    expect(at((await client.get(`events/?op=query&before=${newest}&limit=1`)).body, "events", 0, "type")).toBe(
      "Testing",
    );
    expect(at((await client.get("events/?op=query&hostname=nobody")).body, "count")).toBe(0);
    expect((await client.get("events/?op=query&limit=1001")).status).toBe(400);
    expect((await client.get("events/?op=query&level=LOUD")).status).toBe(400);
  });
});
