import type { MessageInitShape } from "@bufbuild/protobuf";
import type { WatchRequestSchema, WatchResponse } from "../../gen/bedplate/design/v1/watch_pb.js";
import type { Database } from "../../src/db/database.ts";
import { createEventFeeds, type EventFeeds } from "../../src/state/watch/event-feeds.ts";
import { DEFAULT_WATCH_POLICY, type WatchPolicy } from "../../src/state/watch/watch-policy.ts";
import { type StateClient, stateClientOf } from "./state-service.ts";

/** A state service, and what it holds for those who watch. */
export interface WatchedState {
  readonly client: StateClient;
  readonly feeds: EventFeeds;
  /** Ends the streams as a server that stops does. */
  stop(reason: Error): void;
}

/** A state service over a database, with another patience in watching where told. */
export function watchedState(database: Database, policy: Partial<WatchPolicy> = {}): WatchedState {
  const watchPolicy = { ...DEFAULT_WATCH_POLICY, ...policy };
  const feeds = createEventFeeds(database.db, watchPolicy);
  const stopping = new AbortController();
  const client = stateClientOf({ database, watchPolicy, feeds, stop: stopping.signal });
  return { client, feeds, stop: (reason) => stopping.abort(reason) };
}

/** What a watch says, one message at a time. */
export interface Watch {
  /** The next message. Rejects as the stream does, and when the stream ends. */
  next(): Promise<WatchResponse>;
  /** So many next messages. */
  take(count: number): Promise<WatchResponse[]>;
  /** The messages up to the first that fits, it included. */
  until(fits: (message: WatchResponse) => boolean): Promise<WatchResponse[]>;
  /** Ends it, as a caller that goes. */
  end(): Promise<void>;
}

/** Begins to watch a design. */
export function watch(
  client: StateClient,
  request: Exclude<MessageInitShape<typeof WatchRequestSchema>, { $typeName: string }>,
): Watch {
  const leaving = new AbortController();
  const stream = client.watch({ design: "lab", ...request }, { signal: leaving.signal })[Symbol.asyncIterator]();
  const next = async (): Promise<WatchResponse> => {
    const { done, value } = await stream.next();
    if (done === true) throw new Error("the stream ended");
    return value;
  };
  const until = async (fits: (message: WatchResponse) => boolean): Promise<WatchResponse[]> => {
    const messages: WatchResponse[] = [];
    for (;;) {
      const message = await next();
      messages.push(message);
      if (fits(message)) return messages;
    }
  };
  return {
    next,
    until,
    take(count) {
      let left = count;
      return count === 0 ? Promise.resolve([]) : until(() => --left === 0);
    },
    async end() {
      leaving.abort();
      await stream.return?.().catch(() => {});
    },
  };
}

/** A message in few words: `3 Node/n001 changed in 2`, `4 revision 2`, `5 n001 DEPLOYED`, `5` for a bookmark. */
export function inWords({ sequence, change }: WatchResponse): string {
  const what = () => {
    switch (change.case) {
      case "item":
        return `${change.value.kind}/${change.value.name} ${changeWords[change.value.change]} in ${change.value.revision}`;
      case "revision":
        return `revision ${change.value.number}`;
      case "status":
        return `${change.value.node} ${change.value.phase}`;
      default:
        return "";
    }
  };
  return `${sequence} ${what()}`.trim();
}

const changeWords = ["unspecified", "added", "changed", "deleted"] as const;
