import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withSite } from "./support/site.ts";

/** The example site whose compute machines have an older BIOS than their profile says, a script of its own, and drivers of its own. */
async function design(folder: string, waiver: boolean): Promise<string> {
  const site = join(folder, "site");
  await cp("examples/site", site, { recursive: true });
  const edit = async (file: string, from: string, to: string): Promise<void> => {
    const path = join(site, file);
    const text = await readFile(path, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    await writeFile(path, text.replace(from, to));
  };
  const waivers = waiver ? ", waivers: [{field: bios_version, reason: certified in June}]" : "";
  await edit(
    "bootstrap_hwdefinition.yaml",
    "  bios_version: 2.19.1\n",
    `  bios_version: 2.21.0
  as_built: {mismatch: stop${waivers}}
  hardware_drivers:
  - {name: hpvsa, package: hpvsa, repository: 'http://ppa.example/ubuntu', key: bUkwRVVY, pci_ids: ['1590:0047']}
`,
  );
  return site;
}

test("what scripts said and how hardware differs is told on the command line; a waiver lets the machine be installed", {
  timeout: 300_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "bedplate-as-built-"));
  try {
    const files = await design(folder, false);
    await withSite({ files }, async (site) => {
      const deploy = async () => {
        const { plan } = await site.json<{ plan: { id: string } }>(
          ...["plan", "deploy", "--design", "plant7", "--select", "cmp01"],
        );
        return site.command("apply", plan.id);
      };
      const stopped = await deploy();
      expect(stopped.code).not.toBe(0);
      expect(stopped.stdout + stopped.stderr).toContain("the firmware version is 2.19.1, not 2.21.0");

      const { results } = await site.json<{ results: { script: string; outcome: string; output_digest: string }[] }>(
        ...["node", "scripts", "cmp01", "--design", "plant7"],
      );
      expect(results.find(({ script }) => script === "bedplate-manifest")).toMatchObject({
        outcome: "SCRIPT_OUTCOME_PASSED",
        output_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      const table = await site.command("node", "scripts", "cmp01", "--design", "plant7");
      expect(table.stdout).toMatch(/^TYPE +SCRIPT +OUTCOME/);
      expect(table.stdout).toMatch(/commissioning +bedplate-manifest +passed +0/);
      const shown = await site.command("node", "scripts", "cmp01", "--design", "plant7", "--show", "bedplate-manifest");
      expect(JSON.parse(shown.stdout)).toMatchObject({ bedplate_manifest: 1, boot_mode: "uefi" });
      const unknown = await site.command("node", "scripts", "cmp01", "--design", "plant7", "--show", "nope");
      expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("no script nope is known")]);

      const hardware = await site.command("node", "hardware", "cmp01", "--design", "plant7");
      expect(hardware.stdout).toContain("does not fit its hardware profile");
      expect(hardware.stdout).toMatch(/error +bios_version +2\.21\.0 +2\.19\.1 +\S*bootstrap_hwdefinition\.yaml:\d+/);

      const submitted = await site.command("submit", await design(folder, true), "--design", "plant7");
      expect(submitted.code).toBe(0);
      const done = await deploy();
      expect([done.code, done.stderr]).toEqual([0, expect.not.stringContaining("error")]);
      const waived = await site.json<{ verdict: string; differences: unknown[]; hardware: { devices: unknown[] } }>(
        ...["node", "hardware", "cmp01", "--design", "plant7"],
      );
      expect(waived).toMatchObject({
        verdict: "match",
        differences: [
          { field: "bios_version", severity: "DIFFERENCE_SEVERITY_WAIVED", waiver_reason: "certified in June" },
        ],
      });
      // lshw on the installed machine tells no ids: those that commissioning found are kept.
      expect(waived.hardware.devices).toContainEqual(expect.objectContaining({ vendor_id: "8086", driver: "i40e" }));

      const out = join(folder, "drivers.yaml");
      const rendered = await site.command("maas", "drivers-yaml", "--design", "plant7", "--out", out);
      expect([rendered.code, rendered.stderr]).toEqual([0, expect.stringContaining("/etc/maas/drivers.yaml")]);
      expect(await readFile(out, "utf8")).toContain('module: "hpvsa"');
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
