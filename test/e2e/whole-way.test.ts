import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { LedgerEntry, Site } from "./support/site.ts";
import { withSite } from "./support/site.ts";

interface NodeRow {
  readonly node: string;
  readonly phase?: string;
  readonly hardware_verdict?: string;
  readonly called_in_at?: string;
}

interface TaskRow {
  readonly kind: string;
  readonly subject: string;
  readonly state: string;
  readonly message?: string;
}

const slow = 300_000;

interface EventRow {
  readonly sequence: string;
  readonly task?: { readonly subject: string; readonly step_id: string; readonly state: string };
  readonly job?: { readonly state: string };
}

/** What an operator reads of a job that has ended: its events, one task's history, one node's events, and that nothing is stuck. */
async function tellsWhatHappened(site: Site, jobId: string): Promise<void> {
  const lines = async (...args: string[]): Promise<readonly EventRow[]> => {
    const { code, stdout } = await site.command(...args, "-o", "json");
    expect(code).toBe(0);
    return stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  };
  const events = await lines("job", "events", jobId);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => `${index + 1}`));
  expect(events.at(-1)?.job?.state).toBe("JOB_STATE_SUCCEEDED");
  expect(await lines("job", "events", "--design", "plant7", "--after", "3")).toEqual(events.slice(3));
  const stepId = "deploy/ctl01";
  const { moments } = await site.json<{ moments: { sequence: string; task: unknown }[] }>("job", "task", jobId, stepId);
  expect(moments.map(({ sequence, task }) => ({ sequence, task }))).toEqual(
    events.flatMap(({ sequence, task }) => (task?.step_id === stepId ? [{ sequence, task }] : [])),
  );
  const table = await site.command("job", "task", jobId, stepId);
  expect(table.stdout).toContain("running");
  const ofNode = await lines("node", "events", "ctl01", "--design", "plant7");
  expect(ofNode.filter(({ task }) => task !== undefined)).toEqual(
    events.filter(({ task }) => task?.subject === "ctl01"),
  );
  expect(await site.json("job", "stuck", "--design", "plant7")).toEqual({ waits: [] });
  expect(await lines("node", "log", "ctl01", "--design", "plant7")).toEqual([]);
}

const nodesOf = async (site: Site) =>
  (await site.json<{ nodes: NodeRow[] }>("node", "list", "--design", "plant7")).nodes;
const deploys = (ledger: readonly LedgerEntry[]) => ledger.filter(({ op }) => op === "deploy").map(({ path }) => path);
const plan = (site: Site) =>
  site.json<{
    plan: { change_count?: number; step_count: number };
    steps: { subject: string; destructive?: boolean }[];
  }>("plan", "deploy", "--design", "plant7", "--out", join(site.folder, "plan.json"));
const apply = (site: Site, ...more: string[]) =>
  site.command("apply", join(site.folder, "plan.json"), "-o", "json", ...more);

test(
  "from the seed's files to machines that have called in, and a second run that changes nothing",
  { timeout: slow },
  () =>
    withSite({}, async (site) => {
      await plan(site);
      const applied = await apply(site);
      expect(applied.stderr).not.toContain("at file:");
      expect([applied.code, JSON.parse(applied.stdout).job.state]).toEqual([0, "JOB_STATE_SUCCEEDED"]);
      const nodes = await nodesOf(site);
      expect(nodes).toHaveLength(12);
      for (const node of nodes) {
        expect(node).toMatchObject({
          phase: "NODE_PHASE_READY",
          hardware_verdict: "HARDWARE_VERDICT_MATCH",
          called_in_at: expect.any(String),
        });
      }
      const written = await site.ledger();
      expect(new Set(deploys(written)).size).toBe(12);
      expect(deploys(written)).toHaveLength(12);

      await tellsWhatHappened(site, JSON.parse(applied.stdout).job.id);

      const again = await plan(site);
      expect(again.plan.change_count ?? 0).toBe(0);
      const repeated = JSON.parse((await apply(site)).stdout).job;
      expect(repeated.state).toBe("JOB_STATE_SUCCEEDED");
      const { tasks } = await site.json<{ tasks: TaskRow[] }>("job", "get", repeated.id);
      expect(new Set(tasks.map(({ state }) => state))).toEqual(new Set(["TASK_STATE_SKIPPED"]));
      expect(await site.ledger()).toHaveLength(written.length);
    }),
);

test(
  "a machine without one of its network cards stops before anything is written to it, and the others go on",
  { timeout: slow },
  () =>
    withSite({}, async (site) => {
      const world = JSON.parse(await readFile("examples/site/maas-world.json", "utf8")) as {
        machines: { hostname: string; nics: { mac: string }[] }[];
      };
      const machine = world.machines.find(({ nics }) => nics.some(({ mac }) => mac === "52:54:00:07:00:10"));
      await site.tamper(`machines/${machine?.hostname}/remove-nic`, { pci_address: "0000:18:00.1" });
      await plan(site);
      const applied = await apply(site);
      expect(applied.code).toBe(1);
      const { job } = JSON.parse(applied.stdout);
      const { tasks } = await site.json<{ tasks: TaskRow[] }>("job", "get", job.id);
      const failed = tasks.filter(({ state }) => state === "TASK_STATE_FAILED");
      expect(failed.map(({ subject, kind }) => [subject, kind])).toEqual([["cmp03", "STEP_KIND_VERIFY_HARDWARE"]]);
      expect(failed[0]?.message).toContain("prim_nic02");
      expect(failed[0]?.message).toContain("0000:18:00.1");
      const nodes = await nodesOf(site);
      expect(nodes.filter(({ phase }) => phase === "NODE_PHASE_READY")).toHaveLength(11);
      expect(nodes.find(({ node }) => node === "cmp03")).toMatchObject({
        phase: "NODE_PHASE_FAILED",
        hardware_verdict: "HARDWARE_VERDICT_MISMATCH",
      });
      expect(deploys(await site.ledger())).toHaveLength(11);
    }),
);

test("a server killed in mid-job goes on where it was, and deploys each machine once", { timeout: slow }, () =>
  withSite({ speed: "20" }, async (site) => {
    await plan(site);
    const applying = apply(site);
    // Killed while some machines are being installed and others are not yet: the worst moment.
    await until(async () => deploys(await site.ledger()).length >= 3);
    await site.crash();
    const applied = await applying;
    expect([applied.code, applied.stderr.includes("at file:")]).toEqual([0, false]);
    expect(JSON.parse(applied.stdout).job.state).toBe("JOB_STATE_SUCCEEDED");
    const written = deploys(await site.ledger());
    expect([new Set(written).size, written.length]).toEqual([12, 12]);
    expect((await nodesOf(site)).every(({ phase }) => phase === "NODE_PHASE_READY")).toBe(true);
  }),
);

test("a subnet changed between plan and apply makes the plan stale, and is named", { timeout: slow }, () =>
  withSite({}, async (site) => {
    for (const [change, word] of [
      [{ gateway_ip: "10.71.0.254" }, "10.71.0.254"],
      [{ allow_dns: "false" }, "allow_dns"],
    ] as const) {
      await plan(site);
      await site.tamper(`subnets/${encodeURIComponent("10.71.0.0/24")}`, change);
      const before = await site.ledger();
      const applied = await apply(site);
      expect(applied.code).toBe(5);
      expect(applied.stderr).toContain("10.71.0.0/24");
      expect(applied.stderr).toContain(word);
      expect(applied.stderr.trim().split("\n")).toHaveLength(1);
      expect(await site.ledger()).toHaveLength(before.length);
    }
  }),
);

test("a design that moved since the plan makes it stale", { timeout: slow }, () =>
  withSite({}, async (site) => {
    await plan(site);
    const changed = join(site.folder, "bootstrap_seed.yaml");
    await writeFile(
      changed,
      (await readFile("examples/site/bootstrap_seed.yaml", "utf8")).replaceAll("10.72.0.16", "10.72.0.99"),
    );
    expect((await site.command("submit", changed, "--design", "plant7")).code).toBe(0);
    const applied = await apply(site);
    expect(applied.code).toBe(5);
    expect(applied.stderr).toContain("revision");
    expect(deploys(await site.ledger())).toHaveLength(0);
  }),
);

test(
  "a MAAS that can't be reached, or refuses its key, is said in one line with the next step",
  { timeout: slow },
  () =>
    withSite({}, async (site) => {
      await writeFile(join(site.folder, "wrong"), "a:b:c", { mode: 0o600 });
      const add = (endpoint: string, key: string) =>
        site.command(
          "driver",
          "add",
          "maas",
          "--plugin",
          "maas",
          "--endpoint",
          endpoint,
          "--secret-file",
          `api_key=${join(site.folder, key)}`,
        );
      for (const [endpoint, key, code, word] of [
        ["http://127.0.0.1:1/MAAS", "key", 3, "127.0.0.1:1"],
        [site.maas, "wrong", 4, "maas"],
      ] as const) {
        const added = await add(endpoint, key);
        expect([added.code, added.stderr.trim().split("\n").length]).toEqual([code, 1]);
        expect(added.stderr).toContain(word);
        const planned = await site.command("plan", "deploy", "--design", "plant7");
        expect([planned.code, planned.stderr.trim().split("\n").length]).toEqual([code, 1]);
      }
      expect((await add(site.maas, "key")).code).toBe(0);
      expect((await plan(site)).plan.step_count).toBeGreaterThan(0);
    }),
);

test(
  "a machine whose design changed is installed anew only with consent, and only that machine",
  { timeout: slow },
  () =>
    withSite({}, async (site) => {
      await plan(site);
      expect((await apply(site)).code).toBe(0);
      const changed = join(site.folder, "bootstrap_seed.yaml");
      const seed = await readFile("examples/site/bootstrap_seed.yaml", "utf8");
      await writeFile(changed, seed.replaceAll("10.72.0.16", "10.72.0.99"));
      expect((await site.command("submit", changed, "--design", "plant7")).code).toBe(0);
      const again = await plan(site);
      expect(new Set(again.steps.filter(({ destructive }) => destructive).map(({ subject }) => subject))).toEqual(
        new Set(["cmp03"]),
      );
      const refused = await apply(site);
      expect([refused.code, refused.stderr.trim().split("\n").length]).toEqual([4, 1]);
      expect(refused.stderr).toContain("--allow-destroy");
      expect(deploys(await site.ledger())).toHaveLength(12);

      const applied = await apply(site, "--allow-destroy-node", "cmp03");
      expect([applied.code, JSON.parse(applied.stdout).job.state]).toEqual([0, "JOB_STATE_SUCCEEDED"]);
      expect(deploys(await site.ledger())).toHaveLength(13);
      const { nodes } = await site.json<{ nodes: (NodeRow & { addresses: string[] })[] }>(
        "node",
        "list",
        "--design",
        "plant7",
      );
      expect(nodes.find(({ node }) => node === "cmp03")).toMatchObject({ phase: "NODE_PHASE_READY" });
      expect(nodes.find(({ node }) => node === "cmp03")?.addresses).toContain("10.72.0.99");
      expect((await plan(site)).plan.change_count ?? 0).toBe(0);
    }),
);

/** Asks again until it holds, for at most two minutes. The other side is a process that gives no sign of its own. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error("waited two minutes in vain");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
