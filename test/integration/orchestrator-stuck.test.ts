import { timestampMs } from "@bufbuild/protobuf/wkt";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Wait } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Site, startRequest, withSite } from "../support/orchestrator.ts";

async function stuckOf({ client }: Site, pageSize: number, design = ""): Promise<readonly Wait[]> {
  const waits: Wait[] = [];
  let pageToken = "";
  do {
    const page = await client.listStuck({ design, pageSize, pageToken });
    waits.push(...page.waits);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return waits;
}

test("all that is stuck or waits for a person is one list, the longest first, over all pages and of one design alone", () =>
  withSite(2, async (site) => {
    site.world.before = (method) => (method === "ensure COMMISSIONED" ? new Promise(() => {}) : undefined);
    const { job } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = job?.id ?? "";
    await site.client.pauseJob({ jobId });
    const [held] = await stuckOf(site, 0);
    expect(held).toMatchObject({ design: "lab", jobId, what: { case: undefined } });
    expect(held?.waitingFor).toContain("ResumeJob");
    expect(held?.until).toBeUndefined();
    const { db } = site.database;
    // Longer ago than the job is held: one task is stuck, and one node waits for consent.
    await db.execute(sql`update bedplate.task set state = 'STUCK', stuck_since = now() - interval '2 hours',
      waiting_for = 'the rack', waiting_until = now() + interval '1 hour' where step_id = 'commission/n000'`);
    await db.execute(
      sql`update bedplate.job_node set state = 'GATED', since = now() - interval '1 hour' where node = 'n001'`,
    );
    const all = await stuckOf(site, 0);
    expect(all.map(({ what }) => what.case)).toEqual(["task", "node", undefined]);
    expect(await stuckOf(site, 1)).toEqual(all);
    expect(await stuckOf(site, 2, "lab")).toEqual(all);
    expect(await stuckOf(site, 2, "other")).toEqual([]);
    expect(all[0]).toMatchObject({ waitingFor: "the rack" });
    expect(all[0]?.until).toBeDefined();
    const since = all.map((wait) => (wait.since === undefined ? 0 : timestampMs(wait.since)));
    expect(since).toEqual(since.toSorted((one, other) => one - other));
    await site.client.resumeJob({ jobId });
    expect((await stuckOf(site, 0)).some(({ what }) => what.case === undefined)).toBe(false);
  }));
