import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { Action } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Database } from "../../src/db/database.ts";
import { withTransaction } from "../../src/db/with-transaction.ts";
import { dueSchedules, putSchedule, takeDueTime } from "../../src/orchestrator/store/schedules.ts";
import { withSharedDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { type Site, withSite } from "../support/orchestrator.ts";

const NIGHTLY = { design: "lab", name: "nightly", action: Action.VERIFY, intervalSeconds: 3600 };

const scheduleOf = async ({ client }: Site) => (await client.listSchedules({ design: "lab" })).schedules[0];

/** Makes the schedule due so many seconds ago. */
const makeDue = ({ database }: Site, seconds: number) =>
  database.db.execute(
    sql`update bedplate.schedule set next_at = now() - ${seconds}::double precision * interval '1 second'`,
  );

/** Waits, by the events of the design, for the next job to end, and gives it. */
async function nextJob(site: Site, known: readonly string[]) {
  for await (const { events } of site.client.watchEvents({ design: "lab" })) {
    const begun = events.find(({ jobId, change }) => change.case === "job" && !known.includes(jobId));
    if (begun !== undefined) return (await site.follow(begun.jobId)).job;
  }
  throw new Error("no job was started");
}

test("a schedule is set, replaced, listed and forgotten", () =>
  withSite(1, async (site) => {
    const { schedule } = await site.client.putSchedule({ schedule: NIGHTLY });
    expect(schedule).toMatchObject({ ...NIGHTLY, lastJobId: "", lastMessage: "" });
    await site.client.putSchedule({ schedule: { ...NIGHTLY, intervalSeconds: 60, selector: { names: ["n000"] } } });
    await site.client.putSchedule({ schedule: { ...NIGHTLY, name: "weekly" } });
    const first = await site.client.listSchedules({ pageSize: 1 });
    expect(first.schedules).toMatchObject([{ name: "nightly", intervalSeconds: 60, selector: { names: ["n000"] } }]);
    const rest = await site.client.listSchedules({ pageSize: 1, pageToken: first.nextPageToken });
    expect([rest.schedules.map(({ name }) => name), rest.nextPageToken]).toEqual([["weekly"], ""]);
    await site.client.deleteSchedule({ design: "lab", name: "nightly" });
    await site.client.deleteSchedule({ design: "lab", name: "nightly" });
    expect((await scheduleOf(site))?.name).toBe("weekly");
    const put = (change: object) => failureOf(site.client.putSchedule({ schedule: { ...NIGHTLY, ...change } }));
    expect(await put({ design: "lap" })).toMatchObject({ code: "NotFound" });
    expect(await put({ action: Action.RELEASE })).toMatchObject({ code: "InvalidArgument" });
    expect(await put({ intervalSeconds: 59 })).toMatchObject({ code: "InvalidArgument" });
  }));

test("what is due is done once, after a long stop too, and not while its last job is at work", () =>
  withSite(1, async (site) => {
    const deployed = await site.run(await site.plan());
    await site.client.putSchedule({ schedule: NIGHTLY });
    // Ten intervals were missed.
    await makeDue(site, 36_000);
    const job = await nextJob(site, [deployed.id]);
    expect(job).toMatchObject({
      action: Action.VERIFY,
      author: "schedule nightly",
      message: "1 node compared: as designed",
    });
    const done = await scheduleOf(site);
    expect(done?.lastJobId).toBe(job.id);
    expect(done?.lastMessage).toMatch(/^job .* was started for /);
    expect(Number(done?.nextAt?.seconds) * 1000).toBeGreaterThan(Date.now());

    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let planned = false;
    const asked = new Promise<void>((resolve) => {
      site.world.before = (method) => {
        if (method !== "planServer" && method !== "planServers") return undefined;
        planned = true;
        resolve();
        return held;
      };
    });
    await makeDue(site, 1);
    await asked;
    expect(planned).toBe(true);
    await makeDue(site, 1);
    for (let said = ""; !said.startsWith("not started"); said = (await scheduleOf(site))?.lastMessage ?? "") {
      // The message is what is waited for; the test's own time limit bounds it.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const waiting = await scheduleOf(site);
    release();
    const second = (await site.follow(waiting?.lastJobId ?? "")).job;
    expect(second.message).toBe("1 node compared: as designed");
    expect((await site.client.listJobs({ design: "lab" })).jobs.map(({ id }) => id)).toEqual([
      second.id,
      job.id,
      deployed.id,
    ]);
  }));

test("why nothing could be planned is written down, and the next time is tried again", () =>
  withSite(1, async (site) => {
    await site.client.putSchedule({ schedule: { ...NIGHTLY, selector: { names: ["n009"] } } });
    await makeDue(site, 1);
    for (let said = ""; said === ""; said = (await scheduleOf(site))?.lastMessage ?? "") {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await scheduleOf(site)).toMatchObject({
      lastJobId: "",
      lastMessage: "nothing could be planned: the design has no node n009",
    });
    expect((await site.client.listJobs({ design: "lab" })).jobs).toEqual([]);
  }));

test("a due time is taken once, however many processes are at it", () =>
  withSharedDatabase(async (one, other) => {
    const given = { design: "lab", name: "nightly", action: "VERIFY", selector: {}, intervalSeconds: 3600 };
    await putSchedule(one.db, given);
    await one.db.execute(sql`update bedplate.schedule set next_at = now() - interval '2 hours'`);
    const [due] = await dueSchedules(other.db, 10);
    if (due === undefined) throw new Error("nothing is due");
    const take = ({ db }: Database) =>
      withTransaction(db, (tx) => takeDueTime(tx, due, { jobId: "", message: "taken" }));
    const taken = await Promise.all([take(one), take(other), take(one), take(other)]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await dueSchedules(one.db, 10)).toEqual([]);
  }));
