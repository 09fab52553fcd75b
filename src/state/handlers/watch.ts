import { create } from "@bufbuild/protobuf";
import { Code, type ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { type WatchResponse, WatchResponseSchema, WatchSubject } from "../../../gen/bedplate/design/v1/watch_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";
import { readDesign } from "../store/designs.ts";
import { createEventFeeds } from "../watch/event-feeds.ts";
import type { BlockStart } from "../watch/read-block.ts";
import { newestSequence } from "../watch/read-ranges.ts";
import { asksFor, toldChanges } from "../watch/told-changes.ts";
import { DEFAULT_WATCH_POLICY } from "../watch/watch-policy.ts";

/** The RPC that streams changes. They are read as they are taken: a reader that stops costs a block of them, whatever happens meanwhile. */
export function createWatchHandler({
  database: { db },
  stop = new AbortController().signal,
  watchPolicy: policy = DEFAULT_WATCH_POLICY,
  feeds = createEventFeeds(db, policy),
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "watch"> {
  return {
    async *watch(request, context) {
      const signal = AbortSignal.any([context.signal, stop]);
      const { name } = await readDesign(db, request.design);
      const isTold = toldChanges(request);
      const reader = feeds.join(name, { statuses: asksFor(request, WatchSubject.STATUSES) });
      // One who goes takes nothing more, and what takes nothing never comes to its end.
      signal.addEventListener("abort", () => reader.close(), { once: true });
      try {
        const newest = await newestSequence(db, name);
        if (!request.fromNow && request.afterSequence > newest)
          throw resync(name, `has not come to ${request.afterSequence} yet: its newest change is ${newest}`);
        let after = request.fromNow ? newest : request.afterSequence;
        let start: BlockStart = after === 0n ? "oldest" : after;
        if (request.fromNow) yield bookmark(after);
        for (let toldAt = performance.now(); ; ) {
          signal.throwIfAborted();
          const block = await reader.next(start);
          if (block === "pruned") throw resync(name, `does not keep what came after ${after} any more`);
          if (block === undefined) {
            const left = policy.idleMs - (performance.now() - toldAt);
            if (left > 0) {
              await reader.wait(left, signal);
              continue;
            }
            yield bookmark(after);
          } else {
            let told = after;
            for (const change of block.changes) {
              if (change.sequence <= after || !isTold(change)) continue;
              yield change;
              told = change.sequence;
            }
            after = block.last;
            start = after;
            if (told < after) yield bookmark(after);
          }
          toldAt = performance.now();
        }
      } finally {
        reader.close();
      }
    },
  };
}

function bookmark(sequence: bigint): WatchResponse {
  return create(WatchResponseSchema, { sequence });
}

function resync(design: string, what: string): ConnectError {
  return failure(Code.OutOfRange, ErrorReason.WATCH_RESYNC, `design "${design}" ${what}`, {
    subject: design,
    hint: "watch from_now, then read everything again",
  });
}
