import { Code } from "@connectrpc/connect";
import { expect, test } from "vitest";
import { NodePhase } from "../../gen/bedplate/design/v1/node_status_pb.js";
import { ChangeKind } from "../../gen/bedplate/design/v1/revision_pb.js";
import type { WatchResponse } from "../../gen/bedplate/design/v1/watch_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../src/mesh/failure.ts";
import { withLastingDatabase, withSharedDatabase } from "../support/database.ts";
import { fc } from "../support/property.ts";
import { commitTo, documentOf, nodeDocument, type StateClient, smallSite } from "../support/state-service.ts";
import { inWords, watch, watchedState } from "../support/watched-state.ts";

const design = "lab";
const MOST_NODES = 12;

/** One thing that happens to a design. */
type Step =
  | { readonly does: "put"; readonly nodes: readonly number[]; readonly description: string }
  | { readonly does: "delete"; readonly nodes: readonly number[] }
  | { readonly does: "profile"; readonly image: string }
  | { readonly does: "status"; readonly nodes: readonly number[]; readonly phase: NodePhase };

const nodes = fc.uniqueArray(fc.nat({ max: MOST_NODES - 1 }), { minLength: 1, maxLength: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant("put"), nodes, description: fc.constantFrom("a", "b", "c") }),
  fc.record({ does: fc.constant("delete"), nodes }),
  // Changes every node that inherits from the profile.
  fc.record({ does: fc.constant("profile"), image: fc.constantFrom("noble", "jammy") }),
  fc.record({ does: fc.constant("status"), nodes, phase: fc.constantFrom(NodePhase.ENLISTED, NodePhase.DEPLOYED) }),
);

const nameOf = (index: number) => `n${String(index).padStart(3, "0")}`;

async function take(client: StateClient, { does, ...how }: Step): Promise<void> {
  const step = { does, ...how } as Step;
  switch (step.does) {
    case "put":
      await commitTo(
        client,
        "site",
        step.nodes.map((index) => nodeDocument(index, { description: step.description })),
      );
      break;
    case "delete": {
      const deletions = step.nodes.map((index) => ({ kind: "Node", name: nameOf(index) }));
      await commitTo(client, "site", [], { deletions });
      break;
    }
    case "profile": {
      const spec = { platform: { image: step.image } };
      await commitTo(client, "top", [documentOf("HostProfile", "base", spec)]);
      break;
    }
    case "status":
      await client.recordNodeStatus({
        design,
        updates: step.nodes.map((index) => ({ node: nameOf(index), phase: step.phase })),
      });
  }
}

/** A copy of a design that is kept by nothing but what a watch tells. */
interface Copy {
  readonly told: string[];
  /** Digests of items, by key, as of each revision. */
  readonly revisions: Map<bigint, Readonly<Record<string, string>>>;
  readonly items: Map<string, string>;
  readonly phases: Map<string, NodePhase>;
  last: bigint;
}

function newCopy(): Copy {
  return { told: [], revisions: new Map(), items: new Map(), phases: new Map(), last: 0n };
}

function follow(copy: Copy, message: WatchResponse): void {
  const { sequence, change } = message;
  if (change.case === undefined) return;
  expect(sequence).toBe(copy.last + 1n);
  copy.last = sequence;
  if (change.case === "status") copy.phases.set(change.value.node, change.value.phase);
  // A status is told as it is, and may be a later one.
  copy.told.push(change.case === "status" ? `${sequence} ${change.value.node}` : inWords(message));
  if (change.case === "item") {
    const { kind, name, digest, change: how } = change.value;
    const key = `${kind}/${name}`;
    expect(copy.items.has(key)).toBe(how !== ChangeKind.ADDED);
    if (how === ChangeKind.DELETED) copy.items.delete(key);
    else copy.items.set(key, digest);
  }
  if (change.case === "revision") copy.revisions.set(change.value.number, Object.fromEntries(copy.items));
}

/** Watches until the copy has come to a number, or `most` messages further. */
async function catchUp(
  client: StateClient,
  copy: Copy,
  newest: bigint,
  most = Number.POSITIVE_INFINITY,
): Promise<void> {
  if (copy.last >= newest) return;
  const watching = watch(client, { afterSequence: copy.last });
  for (let count = 0; count < most && copy.last < newest; count++) follow(copy, await watching.next());
  await watching.end();
}

async function newestOf(client: StateClient): Promise<bigint> {
  const watching = watch(client, { fromNow: true });
  const { sequence } = await watching.next();
  await watching.end();
  return sequence;
}

/** What is stored says the same as the copy, at every revision. */
async function expectSame(client: StateClient, copy: Copy): Promise<void> {
  const { revision = 0n } = (await client.getDesign({ design })).design ?? {};
  expect([...copy.revisions.keys()]).toEqual(Array.from({ length: Number(revision) }, (_, index) => BigInt(index + 1)));
  for (const [number, items] of copy.revisions) {
    const listed = await client.listItems({ design, revision: number, pageSize: 1000 });
    expect(items).toEqual(
      Object.fromEntries(listed.items.map(({ kind, name, digest }) => [`${kind}/${name}`, digest])),
    );
  }
  for (const [node, phase] of copy.phases) {
    if (copy.items.has(`Node/${node}`))
      expect((await client.getNodeStatus({ design, node })).status?.phase).toBe(phase);
  }
}

const small = { blockChanges: 7, blockBytes: 2_000, keptChanges: 20, pollMs: 20 };

test(
  "readers that come and go, over several services, are each told the same log, and it leads to what is stored",
  { timeout: 240_000 },
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 20 }),
        (steps, rests) =>
          withSharedDatabase(async (one, other) => {
            const services = [watchedState(one, small), watchedState(other, small)] as const;
            const clientOf = (turn: number) => services[turn % 2 === 0 ? 0 : 1].client;
            await commitTo(clientOf(0), "site", smallSite(3));
            const copies = Array.from({ length: 3 }, newCopy);
            const constant = newCopy();
            const watching = watch(clientOf(1), {});
            // These come and go while it is being written; the statuses of two services are recorded at the same time.
            const writing = (async () => {
              for (const [turn, each] of steps.entries()) {
                const status: Step = { does: "status", nodes: [turn % 3, 1], phase: NodePhase.COMMISSIONED };
                await Promise.all([take(clientOf(turn), each), take(clientOf(turn + 1), status)]);
              }
            })();
            const reading = copies.map(async (copy, turn) => {
              for (const [index, rest] of rests.entries())
                await catchUp(clientOf(turn + index), copy, await newestOf(clientOf(index)), rest);
            });
            await Promise.all([writing, ...reading]);
            const newest = await newestOf(clientOf(0));
            while (constant.last < newest) follow(constant, await watching.next());
            await watching.end();
            await expectSame(clientOf(0), constant);
            for (const copy of copies) {
              await catchUp(clientOf(1), copy, newest);
              expect(copy.told).toEqual(constant.told);
              expect(copy.phases).toEqual(constant.phases);
            }
          }),
      ),
      { numRuns: 4 },
    ),
);

test("the numbers go on where they were after the server was started again", { timeout: 120_000 }, () =>
  withLastingDatabase(async (open) => {
    const copy = newCopy();
    const lagging = newCopy();
    for (let start = 0; start < 3; start++) {
      const database = await open();
      try {
        const { client, stop } = watchedState(database, small);
        if (start === 0) await commitTo(client, "site", smallSite(4));
        const watching = watch(client, { afterSequence: copy.last });
        await take(client, { does: "put", nodes: [start, start + 5], description: `start ${start}` });
        await take(client, { does: "status", nodes: [start], phase: NodePhase.ENLISTED });
        await take(client, { does: "delete", nodes: [start + 5] });
        const newest = await newestOf(client);
        while (copy.last < newest) follow(copy, await watching.next());
        await catchUp(client, lagging, newest, 4);
        const waiting = watching.next();
        stop(failure(Code.Unavailable, ErrorReason.SHUTTING_DOWN, "the server is shutting down"));
        await expect(waiting).rejects.toMatchObject({ code: Code.Unavailable });
      } finally {
        await database.close();
      }
    }
    const database = await open();
    try {
      const { client } = watchedState(database, small);
      await catchUp(client, lagging, copy.last);
      expect(lagging.told).toEqual(copy.told);
      await expectSame(client, copy);
    } finally {
      await database.close();
    }
  }),
);
