import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { Action, Disposition } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { deleteExpiredPlans } from "../../src/orchestrator/store/plans.ts";
import { failureOf } from "../support/failure-of.ts";
import { type Site, startRequest, stateOf, withSite } from "../support/orchestrator.ts";

async function textOf({ client }: Site, planId: string): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const { json } of client.exportPlan({ planId })) pieces.push(json);
  expect(pieces.every(({ length }) => length > 0 && length <= 1024 * 1024)).toBe(true);
  return Buffer.concat(pieces);
}

const sha256 = (text: Buffer): string => createHash("sha256").update(text).digest("hex");

test("a plan's text has the plan's digest, and holds what the plan is and every step", () =>
  withSite(700, async (site) => {
    const { plan } = await site.client.createPlan({ design: "lab", action: Action.DEPLOY });
    if (plan === undefined) throw new Error("no plan");
    const text = await textOf(site, plan.id);
    expect(sha256(text)).toBe(plan.digest);
    const said = JSON.parse(text.toString("utf8"));
    expect(said).toMatchObject({ design: "lab", action: "ACTION_DEPLOY", revision: "1", filter: "", phases: [] });
    expect(said.observationsDigest).toBe(plan.observationsDigest);
    expect(said.steps).toHaveLength(plan.stepCount);
    expect(said.steps[0]).toMatchObject({ id: "prepare-site/maas", kind: "STEP_KIND_PREPARE_SITE" });
    const empty = await site.plan(Action.PREPARE_SITE);
    expect(sha256(await textOf(site, empty.id))).toBe(empty.digest);
    expect(await failureOf(textOf(site, "none"))).toMatchObject({ code: "NotFound" });
  }));

test("the observed world is part of a plan's digest, and when it was observed is not", () =>
  withSite(1, async (site) => {
    const [first, again] = [await site.plan(), await site.plan()];
    expect(again.observationsDigest).toBe(first.observationsDigest);
    expect(again.digest).toBe(first.digest);
    site.world.dns = "10.0.0.9";
    const moved = await site.plan();
    expect(moved.observationsDigest).not.toBe(first.observationsDigest);
    expect(moved.digest).not.toBe(first.digest);
  }));

test("steps are listed by what they are about and by whether they have anything to do", () =>
  withSite(3, async (site) => {
    site.world.siteDone = true;
    const plan = await site.plan();
    const ids = async (query: { readonly subject?: string; readonly disposition?: Disposition }) =>
      (await site.client.listPlanSteps({ planId: plan.id, ...query })).steps.map(({ id }) => id);
    expect(await ids({ disposition: Disposition.UP_TO_DATE })).toEqual(["prepare-site/maas"]);
    expect(await ids({ subject: "lab" })).toEqual(["prepare-site/maas"]);
    expect((await ids({ subject: "n001" })).map((id) => id.split("/")[1])).toEqual(Array(6).fill("n001"));
    expect(await ids({ subject: "n001", disposition: Disposition.UP_TO_DATE })).toEqual([]);
    expect(await ids({ subject: "nobody" })).toEqual([]);
    const query = { planId: plan.id, subject: "n002", pageSize: 4 };
    const first = await site.client.listPlanSteps(query);
    const second = await site.client.listPlanSteps({ ...query, pageToken: first.nextPageToken });
    expect([...first.steps, ...second.steps].map(({ id }) => id)).toEqual(await ids({ subject: "n002" }));
    const other = site.client.listPlanSteps({ ...query, subject: "n001", pageToken: first.nextPageToken });
    expect((await failureOf(other)).message).toBe("the page token is not one of this list");
  }));

test("a plan can't be applied once it has expired, and is deleted when nothing came of it", () =>
  withSite(
    1,
    async (site) => {
      const { db } = site.database;
      const asked = { design: "lab", action: Action.PREPARE_SITE };
      const lifetime = async (ttlSeconds: number): Promise<bigint> => {
        const { plan } = await site.client.createPlan({ ...asked, ttlSeconds });
        return (plan?.expiresAt?.seconds ?? 0n) - (plan?.createdAt?.seconds ?? 0n);
      };
      expect([await lifetime(0), await lifetime(600)]).toEqual([86_400n, 600n]);
      const [applied, dropped] = [await site.plan(Action.PREPARE_SITE), await site.plan(Action.PREPARE_SITE)];
      const request = startRequest(applied);
      const { job } = await site.client.startJob(request);
      expect(stateOf((await site.follow(job?.id ?? "")).job)).toBe("SUCCEEDED");
      await db.execute(
        sql`update bedplate.plan set expires_at = '2026-01-02T03:04:05Z' where id in (${applied.id}, ${dropped.id})`,
      );
      expect(await failureOf(site.client.startJob(startRequest(dropped)))).toMatchObject({
        code: "FailedPrecondition",
        reason: "PLAN_STALE",
        message: "the plan is stale: it expired at 2026-01-02T03:04:05.000Z",
      });
      expect((await site.client.startJob(request)).job?.id).toBe(job?.id);
      expect(await deleteExpiredPlans(db, 10 * 365 * 86_400_000, 10)).toBe(0);
      expect(await deleteExpiredPlans(db, 0, 10)).toBe(1);
      expect(await failureOf(site.client.getPlan({ planId: dropped.id }))).toMatchObject({ code: "NotFound" });
      expect((await site.client.getPlan({ planId: applied.id })).plan?.id).toBe(applied.id);
    },
    { policy: { sweepMs: 600_000 } },
  ));

test("steps are estimated by how long such steps took, and the plan by how many nodes are at work", () =>
  withSite(
    3,
    async (site) => {
      const before = await site.plan();
      expect(before).toMatchObject({
        upToDateNodeCount: 0,
        estimatedSeconds: 60 + 2 * (600 + 5 + 20 + 20 + 900 + 180),
      });
      expect(stateOf(await site.run(before))).toBe("SUCCEEDED");
      expect(await site.plan()).toMatchObject({ upToDateNodeCount: 3, estimatedSeconds: 0 });
      await site.database.db.execute(
        sql`update bedplate.task set ended_at = started_at + interval '40 seconds' where kind = 'DEPLOY'`,
      );
      const machine = site.world.machines.get("n001");
      if (machine === undefined) throw new Error("no machine");
      machine.specDigest = "f".repeat(64);
      const { steps } = await site.client.listPlanSteps({ planId: (await site.plan()).id, subject: "n001" });
      const seconds = new Map(steps.map(({ id, estimatedSeconds }) => [id, estimatedSeconds]));
      expect(seconds.get("commission/n001")).toBe(0);
      expect(seconds.get("deploy/n001")).toBe(40);
      expect((await site.plan()).upToDateNodeCount).toBe(2);
    },
    { policy: { nodesAtOnce: 2 } },
  ));
