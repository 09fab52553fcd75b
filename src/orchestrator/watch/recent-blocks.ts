import type { EventBlock } from "./event-cache.ts";

/** A block, and how far the stream had come when it was read. Both numbers are absent when it was cut from the newest events in memory: those have no gaps. */
export interface ReadBlock extends EventBlock {
  readonly newest?: bigint;
  readonly horizon?: bigint;
}

/** The blocks of single jobs that were read last. */
export interface RecentBlocks {
  /** The block of a job that comes after a number; undefined when none is kept. */
  find(jobId: string, after: bigint): ReadBlock | undefined;
  add(jobId: string, block: ReadBlock): void;
  /** How many events are kept. */
  size(): number;
}

/** Makes room for so many bytes of blocks. Those that were not asked for the longest go first. */
export function createRecentBlocks(mostBytes: number): RecentBlocks {
  const kept = new Map<string, { readonly block: ReadBlock; readonly bytes: number }>();
  let total = 0;
  const take = (key: string) => {
    const found = kept.get(key);
    if (found !== undefined && kept.delete(key)) total -= found.bytes;
    return found;
  };
  const put = (key: string, entry: { readonly block: ReadBlock; readonly bytes: number }): void => {
    kept.set(key, entry);
    total += entry.bytes;
  };
  return {
    find(jobId, after) {
      const key = `${jobId} ${after}`;
      const found = take(key);
      if (found !== undefined) put(key, found);
      return found?.block;
    },
    add(jobId, block) {
      // What goes no further than it began would be found for ever.
      if (block.last === block.after) return;
      const key = `${jobId} ${block.after}`;
      take(key);
      put(key, { block, bytes: 256 + block.events.reduce((sum, { bytes }) => sum + bytes, 0) });
      for (const oldest of kept.keys()) {
        if (total <= mostBytes) break;
        take(oldest);
      }
    },
    size: () => [...kept.values()].reduce((sum, { block }) => sum + block.events.length, 0),
  };
}
