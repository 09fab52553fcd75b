import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database, Db } from "../../src/db/database.ts";
import { replica } from "../../src/db/schema.ts";
import { readEvents } from "../../src/orchestrator/store/events.ts";
import { insertJob } from "../../src/orchestrator/store/insert-job.ts";
import { putDownLeases, releaseLeases, takeLeases } from "../../src/orchestrator/store/leases.ts";
import { readTask } from "../../src/orchestrator/store/read-job.ts";
import { writeChanges } from "../../src/orchestrator/store/write-changes.ts";
import { withDatabase } from "../support/database.ts";

async function newJob({ db }: Database, id: string, tasks = 1): Promise<void> {
  const rows = Array.from({ length: tasks }, (_, index) => ({
    ...{ sequence: index + 1, stepId: `deploy/n${index}`, kind: "DEPLOY", subject: `n${index}` },
    ...{ state: "PENDING" as const, message: "", precondition: "" },
  }));
  const header = {
    id,
    planId: `plan of ${id}`,
    design: "lab",
    revision: 1n,
    action: "DEPLOY",
    author: "olga",
    requestId: id,
  };
  const nothing = { options: {}, policy: {}, retryOf: "", nodes: [], groups: [] };
  await insertJob(db, { ...header, ...nothing, tasks: rows });
}

const end = (jobId: string, sequence: number, state = "SUCCEEDED") => ({
  task: { jobId, sequence, state, ends: true },
});

test("events of many writers at once are numbered without gaps, each after what it tells was written", () =>
  withDatabase(async (database) => {
    await newJob(database, "j1", 40);
    await newJob(database, "j2", 40);
    const all = ["j1", "j2"].flatMap((job) => Array.from({ length: 40 }, (_, index) => end(job, index + 1)));
    await Promise.all(all.map((change) => writeChanges(database.db, "lab", [change])));
    const { events } = await readEvents(database.db, { design: "lab" }, 0n, 1_000);
    expect(events.map(({ event }) => event.sequence)).toEqual(
      Array.from({ length: 82 }, (_, index) => BigInt(index + 1)),
    );
    expect((await readEvents(database.db, { design: "lab", jobId: "j2" }, 0n, 1_000)).events).toHaveLength(41);
  }));

test("what has ended changes no more and gives no event", () =>
  withDatabase(async (database) => {
    await newJob(database, "j1");
    expect((await writeChanges(database.db, "lab", [end("j1", 1, "FAILED")])).tasks).toHaveLength(1);
    expect((await writeChanges(database.db, "lab", [end("j1", 1)])).tasks).toEqual([]);
    expect((await readTask(database.db, "j1", 1))?.state).toBe("FAILED");
    expect((await readEvents(database.db, { design: "lab", jobId: "j1" }, 0n, 10)).events).toHaveLength(2);
  }));

test("a node has one holder at a time: the job's own process, or another once that is dead or has put it down", () =>
  withDatabase(async (database) => {
    const { db } = database;
    for (const id of ["j1", "j2"]) await newJob(database, id);
    const lives = ["a", "b"];
    for (const id of lives) await db.insert(replica).values({ id });
    const take = async (jobId: string, holder: string, on: Db = db) => {
      const [lease] = await takeLeases(on, [{ design: "lab", node: "n0", jobId, holder }]);
      if (lease === undefined) throw new Error("no answer");
      if ("over" in lease) return "the job is over";
      return "epoch" in lease ? `epoch ${lease.epoch}` : `held by ${lease.jobId}`;
    };
    expect(await take("j1", "a")).toBe("epoch 1");
    expect(await take("j1", "a")).toBe("epoch 1");
    expect(await take("j1", "b")).toBe("held by j1");
    expect(await take("j2", "a")).toBe("held by j1");
    await putDownLeases(db, "a");
    expect(await take("j2", "a")).toBe("held by j1");
    expect(await take("j1", "b")).toBe("epoch 2");
    await db.delete(replica).where(eq(replica.id, "b"));
    // The dead take nothing, not even what is theirs.
    expect(await take("j1", "b")).toBe("held by j1");
    expect(await take("j1", "a")).toBe("epoch 3");
    await releaseLeases(db, [{ design: "lab", node: "n0", jobId: "j1", holder: "b" }]);
    expect(await take("j2", "a")).toBe("held by j1");
    await releaseLeases(db, [{ design: "lab", node: "n0", jobId: "j1", holder: "a" }]);
    expect(await take("j2", "a")).toBe("epoch 4");
    await writeChanges(db, "lab", [{ job: { jobId: "j2", state: "CANCELED", ends: true } }]);
    expect(await take("j1", "a")).toBe("epoch 5");
    expect(await take("j2", "a")).toBe("the job is over");
  }));
