import { onAnnounced } from "../../db/announce.ts";
import type { Db } from "../../db/database.ts";
import { watchStream } from "../store/record-events.ts";
import { type BlockCache, createBlockCache, type ReadBlock } from "./block-cache.ts";
import { type Block, type BlockStart, readBlock } from "./read-block.ts";
import { createTurns } from "./turns.ts";
import type { WatchPolicy } from "./watch-policy.ts";

/** The changes of designs, read once for all in this process who are at the same place, and never ahead of those who take them. */
export interface EventFeeds {
  /** Begins to read a design's changes. To be closed. */
  join(design: string, wants: { readonly statuses: boolean }): EventReader;
  /** What is in memory. */
  held(): HeldChanges;
}

/** What feeds hold in memory. */
export interface HeldChanges {
  readonly readers: number;
  /** Changes kept for all, and those of the block each reader is at; each counted once. */
  readonly changes: number;
  /** How often the database was asked so far. */
  readonly reads: number;
}

/** One who reads a design's changes. */
export interface EventReader {
  /**
   * The changes from a place on; the block may begin before it. Undefined when there are none yet, "pruned" when they are not kept any more. Each block of statuses
   * tells them as they were no earlier than in the block before.
   */
  next(start: BlockStart): Promise<Block | "pruned" | undefined>;
  /** Resolves when something may have come since the last `next`, after so many milliseconds, or when the signal aborts: whichever comes first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

interface Loading {
  readonly startedAt: number;
  readonly block: Promise<ReadBlock | "pruned" | undefined>;
}

/** What those share who read one design. */
interface Feed {
  readonly cache: BlockCache;
  /** Reads under way, by place and by how much news there was when they began: later news may be missing in them. */
  readonly loading: Map<string, Loading>;
  /** What each reader was given last. */
  readonly readers: Map<object, ReadBlock | undefined>;
  readonly waiting: Set<() => void>;
  /** The number that nothing came after, as far as was known with so much news. */
  end: { readonly after: BlockStart; readonly news: number } | undefined;
  news: number;
  clock: number;
  reads: number;
  close(): void;
}

/** Makes the feeds of a service. They stand on the database alone and end when nobody reads. */
export function createEventFeeds(db: Db, policy: WatchPolicy): EventFeeds {
  const feeds = new Map<string, Feed>();
  const turns = createTurns(policy.readsAtOnce);
  let endedReads = 0;

  const open = (design: string): Feed => {
    const wake = (): void => {
      feed.news++;
      for (const each of feed.waiting) each();
    };
    const deaf = onAnnounced(db, watchStream(design), wake);
    const poll = setInterval(wake, policy.pollMs);
    poll.unref();
    const feed: Feed = {
      ...{ cache: createBlockCache(policy.keptChanges), loading: new Map(), readers: new Map(), waiting: new Set() },
      ...{ end: undefined, news: 0, clock: 0, reads: 0 },
      close() {
        deaf();
        clearInterval(poll);
        feeds.delete(design);
        endedReads += feed.reads;
      },
    };
    feeds.set(design, feed);
    return feed;
  };

  const load = (feed: Feed, design: string, start: BlockStart, since: number): Loading => {
    const key = `${start} ${feed.news}`;
    const other = feed.loading.get(key);
    if (other !== undefined && other.startedAt >= since) return other;
    const startedAt = ++feed.clock;
    const { news } = feed;
    const read = async (): Promise<ReadBlock | "pruned" | undefined> => {
      await turns.take();
      try {
        feed.reads++;
        const block = await readBlock(db, design, start, policy);
        if (block === "pruned") return block;
        if (block?.more !== true && news === feed.news) feed.end = { after: block?.last ?? start, news };
        if (block === undefined) return block;
        const timed = { ...block, startedAt, endedAt: ++feed.clock };
        feed.cache.add(timed);
        return timed;
      } finally {
        turns.give();
        if (feed.loading.get(key) === loading) feed.loading.delete(key);
      }
    };
    const loading = { startedAt, block: read() };
    feed.loading.set(key, loading);
    return loading;
  };

  return {
    join(design, { statuses }) {
      const feed = feeds.get(design) ?? open(design);
      const own = {};
      feed.readers.set(own, undefined);
      let seen = -1;
      let since = 0;
      return {
        async next(start) {
          seen = feed.news;
          if (feed.end?.after === start && feed.end.news === feed.news) return undefined;
          const kept = start === "oldest" ? undefined : feed.cache.find(start);
          const usable = kept !== undefined && (!kept.statuses || kept.startedAt >= since);
          const block = usable ? kept : await load(feed, design, start, since).block;
          if (block === undefined || block === "pruned") return block;
          if (statuses) since = block.endedAt;
          if (feed.readers.has(own)) feed.readers.set(own, block);
          return block;
        },
        wait(ms, signal) {
          if (feed.news !== seen || signal.aborted) return Promise.resolve();
          return new Promise((resolve) => {
            const done = (): void => {
              clearTimeout(timer);
              signal.removeEventListener("abort", done);
              feed.waiting.delete(done);
              resolve();
            };
            const timer = setTimeout(done, ms);
            signal.addEventListener("abort", done, { once: true });
            feed.waiting.add(done);
          });
        },
        close() {
          if (feed.readers.delete(own) && feed.readers.size === 0) feed.close();
        },
      };
    },
    held() {
      const blocks = new Set<Block>();
      let readers = 0;
      let reads = endedReads;
      for (const feed of feeds.values()) {
        readers += feed.readers.size;
        reads += feed.reads;
        for (const block of feed.cache.blocks()) blocks.add(block);
        for (const block of feed.readers.values()) if (block !== undefined) blocks.add(block);
      }
      return { readers, reads, changes: [...blocks].reduce((sum, { changes }) => sum + changes.length, 0) };
    },
  };
}
