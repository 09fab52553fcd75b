import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { generatedSite } from "../../src/cli/demo/generated-site.ts";
import { withSite } from "./support/site.ts";

// Two hundred are deployed by the demo, a stage of CI.
const NODES = 30;

test("a made site is deployed through the driver, and a second run sends MAAS no write", {
  timeout: 600_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "bedplate-generated-"));
  try {
    const { design, world } = generatedSite(NODES);
    await writeFile(join(folder, "site.yaml"), design);
    await writeFile(join(folder, "world.json"), world);
    const options = { files: join(folder, "site.yaml"), design: "generated", world: join(folder, "world.json") };
    await withSite({ ...options, speed: "1000" }, async (site) => {
      const planFile = join(site.folder, "plan.json");
      const plan = () =>
        site.json<{ plan: { change_count?: number } }>("plan", "deploy", "--design", "generated", "--out", planFile);
      const apply = async () => JSON.parse((await site.command("apply", planFile, "-o", "json")).stdout).job;
      await plan();
      expect((await apply()).state).toBe("JOB_STATE_SUCCEEDED");
      const written = await site.ledger();
      const installed = written.filter(({ op }) => op === "deploy").map(({ path }) => path);
      expect([new Set(installed).size, installed.length]).toEqual([NODES, NODES]);

      expect((await plan()).plan.change_count ?? 0).toBe(0);
      const again = await apply();
      expect(again.state).toBe("JOB_STATE_SUCCEEDED");
      const told = await site.command("job", "get", again.id);
      expect(told.stdout + told.stderr).toContain(`${NODES} skipped`);
      expect((await site.ledger()).length).toBe(written.length);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
