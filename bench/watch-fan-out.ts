import { randomUUID } from "node:crypto";
import { WatchSubject } from "../gen/bedplate/design/v1/watch_pb.js";
import type { StateClient } from "../test/support/state-service.ts";
import type { DocumentInit } from "./state-result.ts";

/** Medians in milliseconds from the call of Commit: until it answered, and until the last reader had the revision. */
export interface FanOut {
  readonly committed: number;
  readonly all: number;
}

/** Has many readers watch a design, changes it as often as told, and measures when the last of them knows. */
export async function fanOut(
  client: StateClient,
  design: string,
  readers: number,
  rounds: number,
  documentOf: (round: number) => DocumentInit,
): Promise<FanOut> {
  const ending = new AbortController();
  const ready: Promise<void>[] = [];
  const heard = new Map<bigint, PromiseWithResolvers<number> & { left: number }>();
  const expected = (revision: bigint) => {
    const known = heard.get(revision) ?? { ...Promise.withResolvers<number>(), left: readers };
    heard.set(revision, known);
    return known;
  };
  const endings = Array.from({ length: readers }, () => {
    const started = Promise.withResolvers<void>();
    ready.push(started.promise);
    return read(started).catch((error: unknown) => {
      if (!ending.signal.aborted) throw error;
    });
  });
  const times = { committed: [] as number[], all: [] as number[] };
  try {
    await Promise.race([Promise.all(ready), Promise.all(endings)]);
    for (let round = 0; round < rounds; round++) {
      const { changeId } = await client.openChange({ design, layers: ["site"], requestId: randomUUID() });
      await client.putDocuments({ changeId, layer: "site", documents: [documentOf(1000 + round)] });
      const start = performance.now();
      const { revision } = await client.commit({ changeId });
      times.committed.push(performance.now() - start);
      const last = await Promise.race([expected(revision?.number ?? 0n).promise, Promise.all(endings)]);
      if (typeof last !== "number") throw new Error("the readers ended");
      times.all.push(Math.max(last, start + (times.committed.at(-1) ?? 0)) - start);
    }
  } finally {
    ending.abort();
    await Promise.allSettled(endings);
  }
  return { committed: middle(times.committed), all: middle(times.all) };

  async function read(started: PromiseWithResolvers<void>): Promise<void> {
    const request = { design, fromNow: true, subjects: [WatchSubject.REVISIONS] };
    for await (const { change } of client.watch(request, { signal: ending.signal, timeoutMs: 0 })) {
      if (change.case === undefined) started.resolve();
      if (change.case !== "revision") continue;
      const waiting = expected(change.value.number);
      if (--waiting.left === 0) waiting.resolve(performance.now());
    }
  }
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
