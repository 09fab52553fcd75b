import { createHash } from "node:crypto";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { ScriptOutcome, type ScriptResultSchema } from "../../gen/bedplate/driver/v1/server_driver_service_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { scriptOutput } from "../../src/db/schema.ts";
import { pruneScripts } from "../../src/orchestrator/store/prune.ts";
import { createDriverWorld, driverFailure } from "../support/driver-world.ts";
import { nodeNames, type Site, withSite } from "../support/orchestrator.ts";

type Said = MessageInitShape<typeof ScriptResultSchema>;

const at = (minute: number) => timestampFromDate(new Date(Date.UTC(2026, 10, 1, 12, minute)));
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function said(script: string, output: string, more: Said = {}): Said {
  const digest = output === "" ? "" : sha256(output);
  return {
    ...{ script, type: "commissioning", outcome: ScriptOutcome.PASSED, exitStatus: 0, providerId: script },
    ...{ startedAt: at(1), endedAt: at(2), scriptDigest: sha256(script), output, outputDigest: digest },
    ...more,
  };
}

/** A site whose driver tells of scripts. */
function withScripts(nodes: number, work: (site: Site) => Promise<void>): Promise<void> {
  return withSite(nodes, work, { world: createDriverWorld(nodeNames(nodes), { scriptResults: true }) });
}

const lookups = (site: Site) => {
  const asked: string[] = [];
  const { before } = site.world;
  site.world.before = (method, subject, signal) => {
    if (method === "listServerScriptResults") asked.push(subject);
    return before(method, subject, signal);
  };
  return asked;
};

async function results(site: Site, query: { node?: string; script?: string; jobId?: string } = {}) {
  return (await site.client.listScriptResults({ design: "lab", ...query })).results;
}

test("what scripts said is collected after commissioning, and an output that is the same is kept once", () =>
  withScripts(2, async (site) => {
    for (const node of nodeNames(2)) {
      site.world.scripts.set(node, [said("firmware", "up to date\n"), said("raid", `array of ${node}\n`)]);
    }
    const job = await site.run(await site.plan());
    expect((await results(site)).map(({ node, script }) => [node, script])).toEqual([
      ["n000", "firmware"],
      ["n000", "raid"],
      ["n001", "firmware"],
      ["n001", "raid"],
    ]);
    const [firmware] = await results(site, { node: "n001", script: "firmware" });
    expect(firmware).toMatchObject({
      ...{ type: "commissioning", outcome: ScriptOutcome.PASSED, exitStatus: 0, truncated: false, jobId: job.id },
      ...{ startedAt: at(1), endedAt: at(2), scriptDigest: sha256("firmware"), driverInstance: "maas" },
    });
    expect(await results(site, { jobId: "another" })).toEqual([]);
    const digest = firmware?.outputDigest ?? "";
    expect(await site.client.getScriptOutput({ design: "lab", digest })).toMatchObject({ output: "up to date\n" });
    expect(await site.database.db.select().from(scriptOutput)).toHaveLength(3);
  }));

test("lists are cut into pages that go on where the last one ended", () =>
  withScripts(2, async (site) => {
    for (const node of nodeNames(2)) {
      site.world.scripts.set(
        node,
        Array.from({ length: 5 }, (_, index) => said(`s${index}`, "x")),
      );
    }
    await site.run(await site.plan());
    const found: string[] = [];
    let pageToken = "";
    do {
      const page = await site.client.listScriptResults({ design: "lab", pageSize: 3, pageToken });
      expect(page.results.length).toBeLessThanOrEqual(3);
      found.push(...page.results.map(({ node, script }) => `${node}/${script}`));
      pageToken = page.nextPageToken;
    } while (pageToken !== "");
    expect(found).toEqual(nodeNames(2).flatMap((node) => [0, 1, 2, 3, 4].map((index) => `${node}/s${index}`)));
  }));

test("a second job over machines that are as they should be asks for no results again", () =>
  withScripts(1, async (site) => {
    site.world.scripts.set("n000", [said("firmware", "up to date\n")]);
    const first = await site.run(await site.plan());
    const asked = lookups(site);
    await site.run(await site.plan());
    expect(asked).toEqual([]);
    expect((await results(site)).map(({ jobId }) => jobId)).toEqual([first.id]);
  }));

test("a commissioning that fails names the script that failed and its last lines, and all results are kept", () =>
  withScripts(2, async (site) => {
    site.world.scripts.set("n001", [
      said("firmware", "begin\nlook\nflash\n\nno controller found\n", { outcome: ScriptOutcome.FAILED, exitStatus: 3 }),
      said("raid", "", { outcome: ScriptOutcome.SKIPPED }),
    ]);
    site.world.before = (method, subject) => {
      if (method !== "ensure COMMISSIONED" || subject !== "n001") return;
      throw driverFailure(Code.FailedPrecondition, ErrorReason.MACHINE_FAILED, "machine n001 is Failed commissioning");
    };
    const job = await site.run(await site.plan());
    expect(job.message).toContain(
      "machine n001 is Failed commissioning; script firmware failed with exit status 3: look / flash / no controller found",
    );
    expect((await results(site)).map(({ script, outcome }) => [script, outcome])).toEqual([
      ["firmware", ScriptOutcome.FAILED],
      ["raid", ScriptOutcome.SKIPPED],
    ]);
  }));

test("a failure that an earlier job told already isn't taken for the reason of a later one", () =>
  withScripts(1, async (site) => {
    site.world.scripts.set("n000", [said("firmware", "broken\n", { outcome: ScriptOutcome.TIMED_OUT })]);
    const refuse = (message: string) => {
      site.world.before = (method) => {
        if (method === "ensure COMMISSIONED")
          throw driverFailure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, message);
      };
    };
    refuse("commissioning failed");
    expect((await site.run(await site.plan())).message).toContain("script firmware ran too long: broken");
    refuse("the machine is locked");
    const later = await site.run(await site.plan());
    expect(later.message).toContain("the machine is locked");
    expect(later.message).not.toContain("firmware");
  }));

test("results that can't be had are told, and fail nothing", () =>
  withScripts(1, async (site) => {
    site.world.before = (method) => {
      if (method === "listServerScriptResults")
        throw driverFailure(Code.FailedPrecondition, ErrorReason.TARGET_REJECTED, "the page is gone");
    };
    const job = await site.run(await site.plan());
    expect(job.message).toBe("1 of 1 nodes done");
    const { tasks } = await site.client.listTasks({ jobId: job.id, pageSize: 100 });
    expect(tasks.find(({ stepId }) => stepId === "commission/n000")?.message).toContain(
      "what scripts said could not be collected: the page is gone",
    );
  }));

test("a driver that doesn't tell of scripts isn't asked", () =>
  withSite(1, async (site) => {
    const asked = lookups(site);
    await site.run(await site.plan());
    expect([asked, await results(site)]).toEqual([[], []]);
  }));

test("the output of another design, or one that isn't kept, isn't found", () =>
  withScripts(1, async (site) => {
    site.world.scripts.set("n000", [said("firmware", "up to date\n")]);
    await site.run(await site.plan());
    const digest = sha256("up to date\n");
    const read = (design: string, asked: string) => site.client.getScriptOutput({ design, digest: asked });
    await expect(read("other", digest)).rejects.toMatchObject({ code: Code.NotFound });
    await expect(read("lab", sha256("else"))).rejects.toMatchObject({ code: Code.NotFound });
    await expect(site.client.listScriptResults({ design: "other" })).rejects.toMatchObject({ code: Code.NotFound });
  }));

test("results are kept as long as jobs, outputs as long as a result has them", () =>
  withScripts(2, async (site) => {
    for (const node of nodeNames(2)) site.world.scripts.set(node, [said("firmware", "the same\n"), said("raid", node)]);
    await site.run(await site.plan());
    const { db } = site.database;
    const kept = { eventsKeptMs: 1, jobsKeptMs: 86_400_000, pruneRows: 100 };
    const outputs = async () => (await db.select().from(scriptOutput)).map(({ content }) => content).sort();
    expect(await pruneScripts(db, kept)).toBe(0);
    await db.execute(
      sql`update bedplate.script_result set collected_at = now() - interval '2 days' where node = 'n000'`,
    );
    expect(await pruneScripts(db, kept)).toBe(2);
    // What was used just now isn't taken away under whoever writes its result.
    expect(await outputs()).toEqual(["n000", "n001", "the same\n"]);
    await db.execute(sql`update bedplate.script_output set used_at = now() - interval '2 hours'`);
    expect(await pruneScripts(db, kept)).toBe(0);
    expect(await outputs()).toEqual(["n001", "the same\n"]);
    expect(await results(site)).toHaveLength(2);
  }));
