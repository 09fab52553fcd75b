import { randomUUID } from "node:crypto";
import { WatchSubject } from "../gen/bedplate/design/v1/watch_pb.js";
import type { StateClient } from "../test/support/state-service.ts";
import type { DocumentInit } from "./state-result.ts";
import { middle, type Took, type WorkClock } from "./work-clock.ts";

/** Has many readers watch a design, changes it as often as told, and gives the median from the answer of Commit until the last of them knows. */
export async function fanOut(
  client: StateClient,
  design: string,
  readers: number,
  rounds: number,
  documentOf: (round: number) => DocumentInit,
  clock: WorkClock,
): Promise<Took> {
  const ending = new AbortController();
  const ready: Promise<void>[] = [];
  const heard = new Map<bigint, PromiseWithResolvers<void> & { left: number }>();
  const expected = (revision: bigint) => {
    const known = heard.get(revision) ?? { ...Promise.withResolvers<void>(), left: readers };
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
  const times: Took[] = [];
  try {
    await Promise.race([Promise.all(ready), Promise.all(endings)]);
    for (let round = 0; round < rounds; round++) {
      const { changeId } = await client.openChange({ design, layers: ["site"], requestId: randomUUID() });
      await client.putDocuments({ changeId, layer: "site", documents: [documentOf(1000 + round)] });
      const { revision } = await client.commit({ changeId });
      const read = clock.start();
      await Promise.race([expected(revision?.number ?? 0n).promise, Promise.all(endings).then(endedEarly)]);
      times.push(read());
    }
  } finally {
    ending.abort();
    await Promise.allSettled(endings);
  }
  return middle(times);

  async function read(started: PromiseWithResolvers<void>): Promise<void> {
    const request = { design, fromNow: true, subjects: [WatchSubject.REVISIONS] };
    for await (const { change } of client.watch(request, { signal: ending.signal, timeoutMs: 0 })) {
      if (change.case === undefined) started.resolve();
      if (change.case !== "revision") continue;
      const waiting = expected(change.value.number);
      if (--waiting.left === 0) waiting.resolve();
    }
  }
}

function endedEarly(): never {
  throw new Error("the readers ended");
}
