import { Code } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { WatchSubject } from "../../gen/bedplate/design/v1/watch_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Database } from "../../src/db/database.ts";
import { failure } from "../../src/mesh/failure.ts";
import { pruneEvents } from "../../src/state/store/prune-events.ts";
import type { WatchPolicy } from "../../src/state/watch/watch-policy.ts";
import { withDatabase, withSharedDatabase } from "../support/database.ts";
import { failureOf } from "../support/failure-of.ts";
import { commitTo, nodeDocument, smallSite } from "../support/state-service.ts";
import { inWords, type WatchedState, watch, watchedState } from "../support/watched-state.ts";

const design = "lab";
const LONG = 600_000;

/** Runs work with a state service that looks for others' changes hardly ever, so that what arrives was seen at once. */
function withWatched(
  work: (state: WatchedState, database: Database) => Promise<void>,
  policy: Partial<WatchPolicy> = {},
): Promise<void> {
  return withDatabase((database) => work(watchedState(database, { pollMs: LONG, idleMs: LONG, ...policy }), database));
}

const recordPhase = ({ client }: WatchedState, nodes: readonly string[], phase: NodePhase) =>
  client.recordNodeStatus({ design, updates: nodes.map((node) => ({ node, phase })) });

test("a commit is told item by item in the order of kind and name, then as a revision", () =>
  withWatched(async ({ client }) => {
    await commitTo(client, "site", smallSite(2));
    const watching = watch(client, {});
    expect((await watching.take(8)).map(inWords)).toEqual([
      "1 HardwareProfile/box added in 1",
      "2 HostProfile/base added in 1",
      "3 Network/mgmt added in 1",
      "4 NetworkLink/access added in 1",
      "5 Node/n000 added in 1",
      "6 Node/n001 added in 1",
      "7 Site/lab added in 1",
      "8 revision 1",
    ]);
    const next = watching.take(4);
    const committed = await commitTo(client, "site", [nodeDocument(0, { description: "other" }), nodeDocument(2)], {
      deletions: [{ kind: "Node", name: "n001" }],
    });
    const told = await next;
    expect(told.map(inWords)).toEqual([
      "9 Node/n000 changed in 2",
      "10 Node/n001 deleted in 2",
      "11 Node/n002 added in 2",
      "12 revision 2",
    ]);
    const { item } = await client.getItem({ design, kind: "Node", name: "n000" });
    expect(told.slice(0, 2).map(({ change }) => change.value)).toMatchObject([
      { digest: item?.digest },
      { digest: "" },
    ]);
    expect(told[3]).toMatchObject({ at: committed.revision?.createdAt, change: { value: committed.revision } });
    await watching.end();
  }));

test("what is written down for a commit is one row, however many items it changes", () =>
  withWatched(async ({ client }, { db }) => {
    await commitTo(client, "site", smallSite(40));
    const rows = await db.execute(
      sql`select first_sequence::text, last_sequence::text, body::text from bedplate.design_event`,
    );
    expect([...(Array.isArray(rows) ? rows : (rows as unknown as { rows: unknown[] }).rows)]).toEqual([
      { first_sequence: "1", last_sequence: "46", body: "{}" },
    ]);
  }));

test("a reader that comes again from any place is told exactly the rest, from memory or not, however little is read at a time", () =>
  withDatabase(async (database) => {
    const policy = { pollMs: LONG, idleMs: LONG, blockChanges: 4, blockBytes: 600 };
    const state = watchedState(database, policy);
    await commitTo(state.client, "site", smallSite(3));
    await recordPhase(state, ["n002", "n000", "n001"], NodePhase.ENLISTED);
    const moved = nodeDocument(1, { description: "moved" });
    await commitTo(state.client, "site", [moved], { message: "x".repeat(3_000) });
    await recordPhase(state, ["n001"], NodePhase.DEPLOYED);
    const first = watch(state.client, {});
    const all = await first.take(15);
    expect(all.slice(8).map(inWords)).toEqual([
      "9 revision 1",
      "10 n000 1",
      "11 n001 6",
      "12 n002 1",
      "13 Node/n001 changed in 2",
      "14 revision 2",
      "15 n001 6",
    ]);
    for (let place = 1; place < all.length; place++) {
      // One that others read from, who have all of it in memory, and one nobody has read from yet.
      for (const { client } of [state, watchedState(database, policy)]) {
        const rest = watch(client, { afterSequence: BigInt(place) });
        expect(await rest.take(all.length - place)).toEqual(all.slice(place));
        await rest.end();
      }
    }
    await first.end();
  }));

test("the state of a node is never told as it was before what the reader knows, whatever others have read", () =>
  withWatched(
    async (state) => {
      await state.client.createDesign({ design });
      const early = watch(state.client, {});
      const phases = [NodePhase.ENLISTED, NodePhase.COMMISSIONED, NodePhase.DEPLOYED];
      for (const phase of phases) {
        await recordPhase(state, ["n000"], phase);
        expect(await early.next()).toMatchObject({ change: { value: { phase } } });
      }
      const late = await watch(state.client, {}).take(3);
      expect(late.map(({ change }) => change.value)).toMatchObject(phases.map(() => ({ phase: NodePhase.DEPLOYED })));
      await early.end();
    },
    { blockChanges: 1 },
  ));

test("a watch from now begins with a bookmark and tells what is committed after it", () =>
  withWatched(async ({ client }) => {
    await client.createDesign({ design });
    const early = watch(client, { fromNow: true, afterSequence: 99n });
    expect(await early.next()).toMatchObject({ sequence: 0n, change: { case: undefined } });
    await commitTo(client, "site", smallSite(1));
    expect((await early.take(7)).map(inWords).at(-1)).toBe("7 revision 1");
    const late = watch(client, { fromNow: true });
    const begun = await late.next();
    expect([inWords(begun), begun.at]).toEqual(["7", undefined]);
    await commitTo(client, "site", [nodeDocument(1)]);
    for (const watching of [early, late]) {
      expect((await watching.take(2)).map(inWords)).toEqual(["8 Node/n001 added in 2", "9 revision 2"]);
      await watching.end();
    }
  }));

test("only what is asked for is told, and a bookmark where the rest was passed over", () =>
  withWatched(async (state) => {
    const { client } = state;
    await commitTo(client, "site", smallSite(2));
    await recordPhase(state, ["n000", "n001"], NodePhase.ENLISTED);
    const { REVISIONS, ITEMS, STATUSES } = WatchSubject;
    const seen = async (request: Parameters<typeof watch>[1]) => {
      const watching = watch(client, request);
      const messages = await watching.until(({ sequence }) => sequence === 10n);
      await watching.end();
      return messages.map(inWords);
    };
    expect(await seen({ subjects: [REVISIONS] })).toEqual(["8 revision 1", "10"]);
    expect(await seen({ subjects: [STATUSES], names: ["n001"] })).toEqual(["10 n001 1"]);
    expect(await seen({ kinds: ["Network"], names: ["mgmt", "n000"] })).toEqual([
      "3 Network/mgmt added in 1",
      "8 revision 1",
      "9 n000 1",
      "10",
    ]);
    expect(await seen({ subjects: [ITEMS, STATUSES], names: ["n000"] })).toEqual([
      "5 Node/n000 added in 1",
      "9 n000 1",
      "10",
    ]);
    expect(await seen({ subjects: [ITEMS], kinds: ["Rack"] })).toEqual(["10"]);
  }));

test("while nothing happens bookmarks say that the watch is alive", () =>
  withWatched(
    async ({ client }) => {
      await commitTo(client, "site", smallSite(1));
      const watching = watch(client, { afterSequence: 7n });
      expect((await watching.take(3)).map(inWords)).toEqual(["7", "7", "7"]);
      await watching.end();
    },
    { idleMs: 1 },
  ));

test("commits that are tried only, or change nothing, are not told", () =>
  withWatched(async ({ client }) => {
    await commitTo(client, "site", smallSite(1));
    const watching = watch(client, { afterSequence: 7n });
    await commitTo(client, "site", smallSite(1));
    const { changeId } = await client.openChange({ design, layers: ["site"], requestId: "only-tried" });
    await client.putDocuments({ changeId, layer: "site", documents: [nodeDocument(1)] });
    await client.commit({ changeId, validateOnly: true });
    await commitTo(client, "site", [nodeDocument(2)]);
    expect((await watching.take(2)).map(inWords)).toEqual(["8 Node/n002 added in 2", "9 revision 2"]);
    await watching.end();
  }));

test("a number that was never given out, a design that isn't there", () =>
  withWatched(async ({ client }) => {
    await commitTo(client, "site", smallSite(1));
    expect(await failureOf(watch(client, { afterSequence: 8n }).next())).toEqual({
      ...{ code: "OutOfRange", reason: "WATCH_RESYNC" },
      message: 'design "lab" has not come to 8 yet: its newest change is 7',
    });
    expect(await failureOf(watch(client, { design: "lub" }).next())).toMatchObject({
      code: "NotFound",
      reason: "NOT_FOUND",
    });
  }));

test("changes too old and too many go, the newest never; who wants them must read everything again", () =>
  withWatched(
    async (state, { db }) => {
      const { client } = state;
      await commitTo(client, "site", smallSite(1));
      for (const phase of [NodePhase.ENLISTED, NodePhase.COMMISSIONED, NodePhase.DEPLOYED])
        await recordPhase(state, ["n000"], phase);
      const slow = watch(client, {});
      await slow.next();
      const everything = { numbers: 0n, seconds: 0, rows: 100 };
      expect(await pruneEvents(db, design, { ...everything, seconds: 3_600 })).toBe(0);
      expect(await pruneEvents(db, design, { ...everything, numbers: 3n })).toBe(1);
      const resync = { code: "OutOfRange", reason: "WATCH_RESYNC" };
      expect(await failureOf(watch(client, { afterSequence: 6n }).next())).toMatchObject(resync);
      expect(await watch(client, { afterSequence: 7n }).next()).toMatchObject({ sequence: 8n });
      expect(await watch(client, {}).next()).toMatchObject({ sequence: 8n });
      expect(await failureOf(slow.until(() => false))).toEqual({
        ...resync,
        message: 'design "lab" does not keep what came after 4 any more',
      });
      expect(await pruneEvents(db, design, { ...everything, rows: 1 })).toBe(1);
      expect(await pruneEvents(db, design, everything)).toBe(1);
      expect(await pruneEvents(db, design, everything)).toBe(0);
      expect(await watch(client, {}).next()).toMatchObject({ sequence: 10n });
    },
    { blockChanges: 4, keptChanges: 4 },
  ));

test("writers prune by themselves now and then", () =>
  withWatched(async (state, { db }) => {
    const { client } = state;
    await commitTo(client, "site", smallSite(1));
    await recordPhase(state, ["n000"], NodePhase.ENLISTED);
    await db.execute(sql`update bedplate.design_event set at = now() - interval '2 hours'`);
    await db.execute(sql`update bedplate.counter set value = 200999 where stream = 'watch/lab'`);
    const kept = async () => inWords(await watch(client, {}).next());
    await recordPhase(state, ["n000"], NodePhase.COMMISSIONED);
    expect(await kept()).toBe("201000 n000 2");
  }));

test("when the server stops, those who watch are told to come again", () =>
  withWatched(async ({ client, stop }) => {
    await commitTo(client, "site", smallSite(1));
    const watching = watch(client, { afterSequence: 7n });
    const next = watching.next();
    stop(failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down"));
    expect(await failureOf(next)).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
  }));

test("a reader that goes leaves nothing behind", () =>
  withWatched(async ({ client, feeds }) => {
    await commitTo(client, "site", smallSite(1));
    const [idle, busy] = [watch(client, { fromNow: true }), watch(client, {})];
    await Promise.all([idle.next(), busy.next()]);
    expect(feeds.held()).toMatchObject({ readers: 2, changes: 7 });
    await Promise.all([idle.end(), busy.end()]);
    await vi.waitUntil(() => feeds.held().readers === 0, { timeout: 60_000 });
    expect(feeds.held().changes).toBe(0);
  }));

test("a hundred readers of one design ask the database once for each commit, and not while nothing happens", () =>
  withWatched(async ({ client, feeds }) => {
    await commitTo(client, "site", smallSite(1));
    const readers = Array.from({ length: 100 }, () => watch(client, { fromNow: true }));
    await Promise.all(readers.map((each) => each.next()));
    const reads: number[] = [];
    for (const index of [1, 2, 3, 4]) {
      const told = readers.map((each) => each.take(2));
      await commitTo(client, "site", [nodeDocument(index)]);
      for (const each of await Promise.all(told))
        expect(each.map(inWords)).toEqual([
          `${6 + index * 2} Node/n00${index} added in ${index + 1}`,
          `${7 + index * 2} revision ${index + 1}`,
        ]);
      reads.push(feeds.held().reads);
    }
    const first = reads[0] ?? 0;
    expect(reads).toEqual([first, first + 1, first + 2, first + 3]);
    await Promise.all(readers.map((each) => each.end()));
  }));

test("a reader that stops taking holds no more than a block while 5,000 changes come, and misses none", () =>
  withWatched(
    async (state) => {
      const { client, feeds } = state;
      const nodes = Array.from({ length: 200 }, (_, index) => `n${String(index).padStart(3, "0")}`);
      await client.createDesign({ design });
      const [slow, quick] = [watch(client, { fromNow: true }), watch(client, { fromNow: true })];
      await Promise.all([slow.next(), quick.next()]);
      const phases = [NodePhase.ENLISTED, NodePhase.COMMISSIONED];
      for (let batch = 0; batch < 25; batch++) {
        await recordPhase(state, nodes, phases[batch % 2] ?? NodePhase.UNSPECIFIED);
        if (batch === 0) expect(await slow.next()).toMatchObject({ sequence: 1n });
        await quick.take(200);
        // What is kept for all, and one block for each reader.
        expect(feeds.held().changes).toBeLessThanOrEqual(300 + 2 * 100);
      }
      const rest = await slow.take(4_999);
      expect(rest.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 4_999 }, (_, index) => BigInt(index + 2)),
      );
      expect(rest.at(-1)).toMatchObject({ change: { value: { node: "n199", phase: NodePhase.ENLISTED } } });
      await Promise.all([slow.end(), quick.end()]);
    },
    { blockChanges: 100, keptChanges: 300 },
  ));

test("what one process commits is told by another", () =>
  withSharedDatabase(async (one, other) => {
    const [here, there] = [watchedState(one), watchedState(other)];
    await commitTo(here.client, "site", smallSite(1));
    const [watching, own] = [watch(there.client, { fromNow: true }), watch(here.client, { fromNow: true })];
    await Promise.all([watching.next(), own.next()]);
    await commitTo(here.client, "site", [nodeDocument(1)]);
    await recordPhase(there, ["n001"], NodePhase.ENLISTED);
    for (const each of [watching, own]) {
      expect((await each.take(3)).map(inWords)).toEqual(["8 Node/n001 added in 2", "9 revision 2", "10 n001 1"]);
      await each.end();
    }
  }));
