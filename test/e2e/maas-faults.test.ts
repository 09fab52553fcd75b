import { join } from "node:path";
import { expect, test } from "vitest";
import { withSite } from "./support/site.ts";

interface TaskRow {
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly message?: string;
}

test(
  "a job outlasts a MAAS that restarts, is in conflict, is slow and leaves answers out; what MAAS refuses fails one node, in words",
  {
    timeout: 300_000,
  },
  () =>
    withSite({ speed: "50" }, async (site) => {
      const planFile = join(site.folder, "plan.json");
      await site.json("plan", "deploy", "--design", "plant7", "--out", planFile);
      await site.tamper("faults", [
        { op: "commission", nth: 4, restart_ms: 700 },
        { op: "commission", nth: 9, cut: "after" },
        { method: "POST", path: "nodes/*/interfaces/", nth: 7, answer: "no-rack" },
        { op: "link_subnet", nth: 11, answer: "address-taken" },
        { op: "create_logical_volume", nth: 3, answer: "conflict-page" },
        { op: "deploy", nth: 2, answer: "conflict-page" },
        { op: "deploy", nth: 5, cut: "after" },
        { method: "GET", path: "machines/*", nth: 150, delay_ms: 2000 },
        { method: "write", nth: 250, restart_ms: 700 },
      ]);
      const applied = await site.command("apply", planFile, "-o", "json");
      const { job } = JSON.parse(applied.stdout);
      const { tasks } = await site.json<{ tasks: TaskRow[] }>("job", "get", job.id);
      const failed = tasks.filter(({ state }) => state === "TASK_STATE_FAILED");
      expect(failed.map(({ kind }) => kind)).toEqual(["STEP_KIND_CONFIGURE_NETWORK"]);
      expect(failed[0]?.message).toContain("an address is already in use");
      expect(failed[0]?.message).toContain("free the address in MAAS, or give the node another");
      expect(applied.code).toBe(1);

      const installed = async () => (await site.ledger()).filter(({ op }) => op === "deploy").map(({ path }) => path);
      expect([new Set(await installed()).size, (await installed()).length]).toEqual([11, 11]);
      // What failed is tried again, once whoever is responsible has seen to it.
      await site.tamper("faults", []);
      const retried = await site.command("job", "retry", job.id, "-o", "json");
      expect([retried.code, retried.stderr]).toEqual([0, expect.anything()]);
      expect([retried.code, JSON.parse(retried.stdout).job.state]).toEqual([0, "JOB_STATE_SUCCEEDED"]);
      expect([new Set(await installed()).size, (await installed()).length]).toEqual([12, 12]);
    }),
);
