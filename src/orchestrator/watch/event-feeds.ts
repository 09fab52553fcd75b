import { onAnnounced } from "../../db/announce.ts";
import type { Db } from "../../db/database.ts";
import { createSemaphore } from "../semaphore.ts";
import { eventStream } from "../store/append-events.ts";
import { type EventsOf, readEvents } from "../store/events.ts";
import { createEventCache, type EventCache, eventsOfJob } from "./event-cache.ts";
import { createNewsPoll } from "./news-poll.ts";
import { createRecentBlocks, type ReadBlock, type RecentBlocks } from "./recent-blocks.ts";
import type { WatchPolicy } from "./watch-policy.ts";

/** The events of designs, read once for all in this process who are at the same place, and never ahead of those who take them. */
export interface EventFeeds {
  /** Begins to read a design's events, or those of one job of it. To be closed. */
  join(of: { readonly design: string; readonly jobId?: string }): EventReader;
  /** What is in memory, and how often the database was asked for events so far. */
  held(): { readonly readers: number; readonly events: number; readonly reads: number };
}

/** One who reads. */
export interface EventReader {
  /** What comes after a number; undefined when nothing has yet. Its `last` is the next number to ask for. */
  next(after: bigint): Promise<ReadBlock | undefined>;
  /** Resolves when something may have come since the last `next` (true), or after so many milliseconds or when the signal aborts (false). */
  wait(ms: number, signal: AbortSignal): Promise<boolean>;
  close(): void;
}

/** What those share who read one design. */
interface Feed {
  readonly cache: EventCache;
  /** Blocks of single jobs, read lately; what they say of their stretch of the stream stays true. */
  readonly ofJobs: RecentBlocks;
  /** Reads under way, by what is read and by how much news there was when they began: later news may be missing in them. */
  readonly loading: Map<string, Promise<ReadBlock>>;
  readonly readers: Set<object>;
  readonly waiting: Set<() => void>;
  /** The newest number known. */
  newest: bigint;
  /** How much there was to hear of. What was read with so much news is complete up to then. */
  news: number;
  /** The number after which there was nothing with so much news. */
  end: { readonly after: bigint; readonly news: number } | undefined;
  close(): void;
}

const NEVER = new AbortController().signal;

/** Makes the feeds of a process. They stand on the database alone, and cost nothing while nobody reads. */
export function createEventFeeds(db: Db, policy: WatchPolicy): EventFeeds {
  const feeds = new Map<string, Feed>();
  const turns = createSemaphore(policy.readsAtOnce);
  const poll = createNewsPoll(db, policy.pollMs);
  let reads = 0;

  const open = (design: string): Feed => {
    const wake = (): void => {
      feed.news++;
      for (const each of feed.waiting) each();
    };
    const deaf = onAnnounced(db, eventStream(design), wake);
    const feed: Feed = {
      ...{ cache: createEventCache(policy.keptBytes), loading: new Map(), readers: new Set(), waiting: new Set() },
      ofJobs: createRecentBlocks(policy.keptBytes),
      ...{ newest: 0n, news: 0, end: undefined },
      close() {
        deaf();
        poll.leave(design);
        feeds.delete(design);
      },
    };
    poll.watch(design, (newest) => {
      if (newest > feed.newest) wake();
    });
    feeds.set(design, feed);
    return feed;
  };

  const load = (feed: Feed, of: EventsOf, after: bigint): Promise<ReadBlock> => {
    const { news } = feed;
    const key = `${of.jobId ?? ""} ${after} ${news}`;
    const other = feed.loading.get(key);
    if (other !== undefined) return other;
    const read = turns.run(NEVER, async (): Promise<ReadBlock> => {
      reads++;
      const { events, newest, horizon } = await readEvents(db, of, after, policy.blockEvents);
      if (newest > feed.newest) feed.newest = newest;
      const more = events.length === policy.blockEvents;
      const end = more ? (events.at(-1)?.event.sequence ?? after) : newest;
      const block = { after, last: end > after ? end : after, events, newest, horizon };
      if (block.last === newest) feed.end = { after: newest, news };
      // Below the horizon there are gaps, and a job's events are not all.
      if (of.jobId !== undefined) feed.ofJobs.add(of.jobId, block);
      else if (after >= horizon && block.last > after) feed.cache.add(block);
      return block;
    });
    feed.loading.set(key, read);
    const done = (): void => void feed.loading.delete(key);
    read.then(done, done);
    return read;
  };

  return {
    join({ design, jobId }) {
      const feed = feeds.get(design) ?? open(design);
      const own = {};
      feed.readers.add(own);
      let seen = -1;
      return {
        async next(after) {
          seen = feed.news;
          if (feed.end?.after === after && feed.end.news === feed.news) return undefined;
          const kept = feed.cache.find(after);
          if (kept !== undefined) {
            const events = jobId === undefined ? kept.events : eventsOfJob(kept, jobId);
            return { after, last: kept.last, events: events.filter(({ event }) => event.sequence > after) };
          }
          // One who is far behind reads what is of his job; those who are nearly there read the design's events, all the same ones.
          const far = feed.newest === 0n || feed.newest - after > BigInt(policy.blockEvents);
          if (jobId !== undefined && far) return feed.ofJobs.find(jobId, after) ?? load(feed, { design, jobId }, after);
          const block = await load(feed, { design }, after);
          return jobId === undefined ? block : { ...block, events: eventsOfJob(block, jobId) };
        },
        wait(ms, signal) {
          if (feed.news !== seen) return Promise.resolve(true);
          if (signal.aborted) return Promise.resolve(false);
          return new Promise((resolve) => {
            const end = (woken: boolean): void => {
              clearTimeout(timer);
              signal.removeEventListener("abort", late);
              feed.waiting.delete(wake);
              resolve(woken);
            };
            const wake = (): void => end(true);
            const late = (): void => end(false);
            const timer = setTimeout(late, ms);
            signal.addEventListener("abort", late, { once: true });
            feed.waiting.add(wake);
          });
        },
        close() {
          if (feed.readers.delete(own) && feed.readers.size === 0) feed.close();
        },
      };
    },
    held() {
      const all = [...feeds.values()];
      return {
        reads,
        readers: all.reduce((sum, { readers }) => sum + readers.size, 0),
        events: all.reduce((sum, { cache, ofJobs }) => sum + cache.size() + ofJobs.size(), 0),
      };
    },
  };
}
