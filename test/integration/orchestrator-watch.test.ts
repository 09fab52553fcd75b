import { type Client, createClient } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { pino } from "pino";
import { expect, test } from "vitest";
import { type Event, JobState } from "../../gen/bedplate/orchestrator/v1/job_pb.js";
import { OrchestratorService } from "../../gen/bedplate/orchestrator/v1/orchestrator_service_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import type { Database } from "../../src/db/database.ts";
import { createInProcessTransport } from "../../src/mesh/in-process-transport.ts";
import { createServiceHost } from "../../src/mesh/service-host.ts";
import { createWatchRpcs } from "../../src/orchestrator/service/watch-rpcs.ts";
import { pruneEvents, pruneJob, type Retention } from "../../src/orchestrator/store/prune.ts";
import { createEventFeeds } from "../../src/orchestrator/watch/event-feeds.ts";
import { DEFAULT_WATCH_POLICY, type WatchPolicy } from "../../src/orchestrator/watch/watch-policy.ts";
import { withSharedDatabase } from "../support/database.ts";
import { createDriverWorld } from "../support/driver-world.ts";
import { failureOf } from "../support/failure-of.ts";
import { nodeNames, openSite, registerDrivers, type Site, startRequest } from "../support/orchestrator.ts";
import { commitTo, smallSite } from "../support/state-service.ts";

const design = "lab";
type Watcher = Pick<Client<typeof OrchestratorService>, "watchJob" | "watchEvents">;

/** Watches events as another process does that shares nothing but the database. */
function replica(database: Database, site: Site, differs: Partial<WatchPolicy> = {}) {
  const policy = { ...DEFAULT_WATCH_POLICY, pollMs: 20, ...differs };
  const feeds = createEventFeeds(database.db, policy);
  const stop = new AbortController();
  const service = createWatchRpcs({ database, feeds, policy, state: () => site.state, stop: stop.signal });
  const host = createServiceHost({
    log: pino({ level: "fatal" }),
    authenticator: { authenticate: () => Promise.resolve(undefined) },
    services: [
      {
        service: OrchestratorService,
        mountOn: (router) => void router.service(OrchestratorService, service),
      },
    ],
  });
  const transport = createInProcessTransport(host, { name: "olga", role: Role.ADMIN });
  return { watcher: createClient(OrchestratorService, transport) as Watcher, feeds, stop };
}

function withTwo(nodes: number, work: (site: Site, other: Database) => Promise<void>): Promise<void> {
  return withSharedDatabase(async (one, other) => {
    const site = await openSite(one, createDriverWorld(nodeNames(nodes)));
    try {
      await commitTo(site.state, "main", smallSite(nodes));
      await registerDrivers(site);
      await work(site, other);
    } finally {
      await site.orchestrator.close();
    }
  });
}

/** All events of a job, told by one who goes away after so many messages and comes again each time. */
async function watchInPieces({ watchJob }: Watcher, jobId: string, messages: number): Promise<readonly Event[]> {
  const events: Event[] = [];
  for (;;) {
    let left = messages;
    for await (const batch of watchJob({ jobId, afterSequence: events.at(-1)?.sequence ?? 0n })) {
      events.push(...batch.events);
      if (--left === 0) break;
    }
    if (ended(events.at(-1))) return events;
  }
}

const ended = (event: Event | undefined): boolean =>
  event?.change.case === "job" && event.change.value.state >= JobState.SUCCEEDED;
const numbers = (events: readonly Event[]) => events.map(({ sequence }) => sequence);

test("a job is watched alike in every process, over any number of connections, without gap or repeat", () =>
  withTwo(4, async (site, other) => {
    const { watcher } = replica(other, site, { blockEvents: 7 });
    const { job } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = job?.id ?? "";
    const [here, there, inPieces, one] = await Promise.all([
      site.follow(jobId),
      watchInPieces(watcher, jobId, 1_000),
      watchInPieces(watcher, jobId, 1),
      watchInPieces(site.client, jobId, 2),
    ]);
    const { events } = here;
    expect(numbers(events)).toEqual(events.map((_, index) => BigInt(index + 1)));
    for (const told of [there, inPieces, one]) expect(told).toEqual(events);
    expect(ended(events.at(-1))).toBe(true);
    // Those who come late are told the same, of two jobs each its own.
    const second = await site.run(await site.plan());
    expect(await watchInPieces(watcher, jobId, 1)).toEqual(events);
    const ofSecond = await watchInPieces(watcher, second.id, 1_000);
    const ofDesign: Event[] = [];
    for await (const batch of watcher.watchEvents({ design })) {
      ofDesign.push(...batch.events);
      if (ended(ofDesign.at(-1)) && ofDesign.at(-1)?.jobId === second.id) break;
    }
    expect(ofDesign).toEqual([...events, ...ofSecond]);
  }));

test("many watchers of one job cost the database what one does, and nothing is kept for them when they go", () =>
  withTwo(4, async (site, other) => {
    const jobId = (await site.run(await site.plan())).id;
    const { watcher, feeds, stop } = replica(other, site, { pollMs: 600_000, blockEvents: 10 });
    const staying = watcher.watchEvents({ design, afterSequence: 1n })[Symbol.asyncIterator]();
    await staying.next();
    const one = await watchInPieces(watcher, jobId, 1_000);
    const { reads } = feeds.held();
    expect(one.length).toBeGreaterThan(20);
    const many = await Promise.all(Array.from({ length: 200 }, () => watchInPieces(watcher, jobId, 1_000)));
    for (const events of many) expect(events).toEqual(one);
    // What was read for one is there for all who come to the same place.
    expect(feeds.held().reads - reads).toBeLessThan(200);
    expect(feeds.held().readers).toBe(1);
    stop.abort();
    await staying.next().catch(() => {});
    expect(feeds.held()).toMatchObject({ readers: 0, events: 0 });
  }));

test("watchers of a job that goes on share what is read of it", () =>
  withTwo(6, async (site, other) => {
    const { watcher, feeds } = replica(other, site);
    const { job } = await site.client.startJob(startRequest(await site.plan()));
    const jobId = job?.id ?? "";
    const told = await Promise.all(Array.from({ length: 100 }, () => watchInPieces(watcher, jobId, 1_000)));
    const { events } = await site.follow(jobId);
    for (const each of told) expect(each).toEqual(events);
    // Not one read for each watcher and change: less than one for each watcher, though each saw every change.
    expect(feeds.held().reads).toBeLessThan(100 + events.length);
  }));

test("a reader that stops costs a block, and finds what it had not taken", () =>
  withTwo(3, async (site, other) => {
    const { watcher, feeds } = replica(other, site, { blockEvents: 4, keptBytes: 1, messageBytes: 1 });
    const first = await site.run(await site.plan());
    const slow = watcher.watchEvents({ design })[Symbol.asyncIterator]();
    const taken: Event[] = [...(await slow.next()).value.events];
    expect(taken).toHaveLength(1);
    for (let round = 0; round < 3; round++) await site.run(await site.plan());
    const { events } = await site.follow(first.id);
    expect(feeds.held().events).toBeLessThanOrEqual(4);
    while (taken.length < events.length) taken.push(...(await slow.next()).value.events);
    expect(taken).toEqual(events);
    await slow.return?.();
  }));

test("events too old are deleted little by little, but not those of a job that goes on, and nobody misses them unawares", () =>
  withTwo(2, async (site, other) => {
    const { watcher } = replica(other, site);
    const old = await site.run(await site.plan());
    const { events } = await site.follow(old.id);
    const { db } = site.database;
    const kept: Retention = { eventsKeptMs: 86_400_000, jobsKeptMs: 2 * 86_400_000, pruneRows: 5 };
    expect(await pruneEvents(db, design, kept)).toBe(0);
    // The rest of the test is a day later.
    await db.execute(sql`update bedplate.event set at = at - interval '25 hours'`);
    await db.execute(
      sql`update bedplate.job set created_at = created_at - interval '25 hours', ended_at = ended_at - interval '25 hours'`,
    );
    await db.execute(sql`update bedplate.job set state = 'RUNNING' where id = ${old.id}`);
    expect(await pruneEvents(db, design, kept)).toBe(0);
    await db.execute(sql`update bedplate.job set state = 'SUCCEEDED' where id = ${old.id}`);
    expect(await pruneEvents(db, design, kept)).toBe(5);
    const collect = async (afterSequence: bigint): Promise<readonly Event[]> => {
      const told: Event[] = [];
      for await (const batch of watcher.watchJob({ jobId: old.id, afterSequence })) told.push(...batch.events);
      return told;
    };
    const stepId = "deploy/n000";
    const refused = { code: "OutOfRange", reason: "WATCH_RESYNC" };
    // From all that are kept on, and from where nothing is missing; but not from where something is.
    expect(numbers(await collect(0n))).toEqual(numbers(events.slice(5)));
    expect(numbers(await collect(5n))).toEqual(numbers(events.slice(5)));
    expect(await failureOf(collect(4n))).toMatchObject(refused);
    expect(await failureOf(site.client.listTaskHistory({ jobId: old.id, stepId }))).toMatchObject(refused);
    const listed = { design, node: "n000", pageSize: 1000 };
    expect(await failureOf(site.client.listNodeEvents({ ...listed, afterSequence: 1n }))).toMatchObject(refused);
    expect((await site.client.listNodeEvents(listed)).events.every(({ sequence }) => sequence > 5n)).toBe(true);
    const first = async (afterSequence: bigint) => {
      for await (const batch of watcher.watchEvents({ design, afterSequence })) return batch.events[0]?.sequence;
      return undefined;
    };
    expect(await failureOf(first(2n))).toMatchObject(refused);
    expect(await failureOf(first(1_000_000n))).toMatchObject(refused);
    expect([await first(0n), await first(6n)]).toEqual([6n, 7n]);
    while ((await pruneEvents(db, design, kept)) > 0);
    expect(await collect(0n)).toEqual([]);
    // What happens next has the next numbers.
    const fresh = await site.run(await site.plan());
    const told = (await site.follow(fresh.id)).events;
    expect(told[0]?.sequence).toBe(BigInt(events.length + 1));
    // Jobs stay longer than their events.
    expect(await pruneJob(db, kept)).toBe(false);
    expect((await site.client.listTasks({ jobId: old.id })).tasks.length).toBeGreaterThan(0);
    expect(await pruneJob(db, { ...kept, jobsKeptMs: 3_600_000 })).toBe(true);
    expect(await pruneJob(db, { ...kept, jobsKeptMs: 3_600_000 })).toBe(false);
    expect((await site.client.listJobs({})).jobs.map(({ id }) => id)).toEqual([fresh.id]);
    expect(await failureOf(site.client.listTasks({ jobId: old.id }))).toMatchObject({ code: "NotFound" });
  }));
