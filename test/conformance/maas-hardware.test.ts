import { createHash } from "node:crypto";
import { Code, ConnectError } from "@connectrpc/connect";
import { expect, test } from "vitest";
import {
  ScriptOutcome,
  type ScriptResult,
  ServerPhase,
} from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { MANIFEST_SCRIPT } from "../../src/drivers/maas/scripts/manifest-script.ts";
import { type Lab, labMachine, startLab } from "./maas-lab.ts";
import { serverSpec } from "./maas-specs.ts";

const { COMMISSIONED } = ServerPhase;

const machine = (more: Record<string, unknown> = {}) => ({
  ...labMachine(1),
  hostname: "n1",
  boot_method: "bios",
  cpu: { model: "Intel(R) Xeon(R) Gold 6154 CPU @ 3.00GHz", sockets: 2, cores: 18 },
  nics: [
    {
      ...{ name: "ens1", mac: "52:54:00:00:01:01", pci_address: "0000:01:00.0", network: "10.20.0.0/24" },
      ...{ firmware: "6.01 0x800034b2", driver: "ice", vendor_id: "8086", product_id: "159b" },
    },
  ],
  disks: [{ name: "sda", serial: "A1", size: "480G", scsi_address: "2:0.0.0", firmware: "DL63" }],
  ...more,
});

/** Uploads a script past the driver. */
async function upload(lab: Lab, name: string, script: string, form: Record<string, string> = {}): Promise<void> {
  await lab.write("POST", "scripts/", { name, type: "commissioning", script, ...form });
}

async function resultsOf(lab: Lab, knownOutputs: string[] = []): Promise<ScriptResult[]> {
  const found: ScriptResult[] = [];
  const asked = { target: lab.target, server: { name: "n1" }, knownOutputs };
  for await (const { results } of lab.driver.server.listServerScriptResults(asked)) found.push(...results);
  return found;
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const spec = () => serverSpec(1);

test("hardware is known from MAAS's own tables when the manifest script never ran", async () => {
  const lab = await startLab([machine()]);
  await lab.phase(spec(), COMMISSIONED);
  const { manifest } = await lab.driver.server.getServerHardware({ target: lab.target, server: { name: "n1" } });
  expect(manifest).toMatchObject({
    ...{ bootMode: "bios", architecture: "amd64", cpuModel: "Intel(R) Xeon(R) Gold 6154 CPU @ 3.00GHz", cpuCount: 36 },
    devices: [{ pciAddress: "0000:01:00.0", vendorId: "8086", productId: "159b", driver: "ice" }],
    nics: [{ pciAddress: "0000:01:00.0", firmwareVersion: "6.01 0x800034b2" }],
    disks: [{ scsiAddress: "2:0.0.0", serial: "A1", firmwareVersion: "DL63" }],
    modules: [],
  });
});

test("what the manifest script said makes the hardware whole: modules, and devices MAAS doesn't list", async () => {
  const lab = await startLab([machine({ modules: ["hpvsa"] })]);
  await upload(lab, MANIFEST_SCRIPT.name, MANIFEST_SCRIPT.content);
  await lab.phase(spec(), COMMISSIONED);
  const { manifest } = await lab.driver.server.getServerHardware({ target: lab.target, server: { name: "n1" } });
  expect(manifest?.modules).toEqual(["8021q", "ahci", "bonding", "hpvsa", "ice"]);
  expect(manifest?.devices).toMatchObject([
    { pciAddress: "0000:00:1f.0", vendorId: "8086", productId: "2922", driver: "ahci" },
    { pciAddress: "0000:01:00.0", vendorId: "8086", productId: "159b", driver: "ice", vendor: "Intel Corporation" },
  ]);
});

test.each([
  ["wasn't run", { outcome: "skipped", output: '{"bedplate_manifest": 1, "modules": ["x"]}' }],
  ["printed something else", { outcome: "passed", output: "Segmentation fault" }],
  ["was cut short", { outcome: "passed", output: '{"bedplate_manifest": 1, "modules": ["x"' }],
])("a manifest script that %s is as one that never ran", async (_, ending) => {
  const lab = await startLab([machine({ scripts: [{ name: MANIFEST_SCRIPT.name, ...ending }] })]);
  await upload(lab, MANIFEST_SCRIPT.name, MANIFEST_SCRIPT.content);
  await lab.phase(spec(), COMMISSIONED);
  const { manifest } = await lab.driver.server.getServerHardware({ target: lab.target, server: { name: "n1" } });
  expect(manifest).toMatchObject({ modules: [], cpuCount: 36, devices: [{ driver: "ice" }] });
});

test("results tell each script's end, output and the digest of the text that ran", async () => {
  const lab = await startLab([machine({ scripts: [{ name: "raid", outcome: "passed", output: "array made\n" }] })]);
  const text = "#!/bin/sh\necho array made";
  await upload(lab, "raid", text);
  await lab.phase(spec(), COMMISSIONED);
  const results = await resultsOf(lab);
  expect(results.map(({ script, type }) => [type, script])).toEqual([
    ...["20-maas-01-install-lldpd", "50-maas-01-commissioning", "maas-lshw", "raid"].map((name) => [
      "commissioning",
      name,
    ]),
    ["testing", "smartctl-validate"],
  ]);
  const raid = results.find(({ script }) => script === "raid");
  expect(raid).toMatchObject({
    ...{ outcome: ScriptOutcome.PASSED, exitStatus: 0, scriptDigest: sha256(text), truncated: false },
    ...{ output: "array made\n", outputDigest: sha256("array made\n"), providerId: expect.stringMatching(/^\d+$/) },
  });
  expect(raid?.startedAt?.seconds).toBeLessThanOrEqual(raid?.endedAt?.seconds ?? 0n);
  // MAAS's own have none.
  expect(results[0]).toMatchObject({ scriptDigest: "" });
  const again = await resultsOf(lab, [sha256("array made\n")]);
  expect(again.find(({ script }) => script === "raid")).toMatchObject({
    ...{ output: "", outputDigest: sha256("array made\n") },
  });
  expect(again.find(({ script }) => script === "maas-lshw")?.output).toContain("<list>");
});

test("a script that changed since is told by the text it had when it ran", async () => {
  const lab = await startLab([machine()]);
  await upload(lab, "raid", "#!/bin/sh\necho one");
  await lab.phase(spec(), COMMISSIONED);
  await lab.write("PUT", "scripts/raid", { script: "#!/bin/sh\necho two" });
  expect((await resultsOf(lab)).find(({ script }) => script === "raid")?.scriptDigest).toBe(
    sha256("#!/bin/sh\necho one"),
  );
});

test.each([
  ["failed", ScriptOutcome.FAILED, 3, { exit_status: 3, output: "no controller found\n" }],
  ["timed_out", ScriptOutcome.TIMED_OUT, undefined, { output: "waiting\n" }],
] as const)(
  "a script that %s fails the commissioning, and says so in the results",
  async (outcome, told, exit, more) => {
    const lab = await startLab([machine({ scripts: [{ name: "firmware", outcome, ...more }] })]);
    await upload(lab, "firmware", "#!/bin/sh\n");
    const error = await lab.phase(spec(), COMMISSIONED).catch((caught: unknown) => ConnectError.from(caught));
    expect(error).toMatchObject({ code: Code.FailedPrecondition });
    const results = await resultsOf(lab);
    expect(results.find(({ script }) => script === "firmware")).toMatchObject({
      ...{ outcome: told, output: more.output },
      ...(exit !== undefined && { exitStatus: exit }),
    });
    expect(results.filter((result) => result.outcome === ScriptOutcome.PASSED)).toHaveLength(3);
  },
);

test("output is bounded, its secrets are left out, and its digest is of all of it", async () => {
  const long = `${"é".repeat(700_000)}the end`;
  const secret = 'user: admin\n"power_pass": "hunter2"\nhttp://admin:hunter2@10.0.0.1/\nPASSWORD=hunter2\n';
  const scripts = [
    { name: "long", outcome: "passed", output: long },
    { name: "leak", outcome: "passed", output: secret },
  ];
  const lab = await startLab([machine({ scripts })]);
  for (const { name } of scripts) await upload(lab, name, "#!/bin/sh\n");
  await lab.phase(spec(), COMMISSIONED);
  const results = await resultsOf(lab);
  const found = results.find(({ script }) => script === "long");
  expect(found).toMatchObject({ truncated: true, outputDigest: sha256(long) });
  expect(Buffer.byteLength(found?.output ?? "")).toBeLessThanOrEqual(1024 * 1024);
  expect(long.startsWith(found?.output ?? "-")).toBe(true);
  const leak = results.find(({ script }) => script === "leak")?.output ?? "";
  expect(leak).not.toContain("hunter2");
  expect(leak).toContain("user: admin");
});

test("a server MAAS doesn't know has no results, and the driver writes nothing to tell", async () => {
  const lab = await startLab([machine({ enlisted: false })]);
  await expect(resultsOf(lab)).rejects.toMatchObject({ code: Code.NotFound });
  expect(await lab.ledger()).toEqual([]);
});
