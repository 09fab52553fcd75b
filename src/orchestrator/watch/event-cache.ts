import type { Event } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import type { StoredEvent } from "../store/events.ts";

/** Events that follow each other in the stream of a design: all that are kept of those after one number, up to another. */
export interface EventBlock {
  /** The number they come after. */
  readonly after: bigint;
  /** The number they go up to: of the last of them, or further where nothing else of what was asked for was found. */
  readonly last: bigint;
  readonly events: readonly StoredEvent[];
}

/** The events of a block that are of one job, found once for all who ask. */
export function eventsOfJob(block: EventBlock, jobId: string): readonly StoredEvent[] {
  let byJob = jobsOf.get(block);
  if (byJob === undefined) {
    byJob = Map.groupBy(block.events, ({ event }) => event.jobId);
    jobsOf.set(block, byJob);
  }
  return byJob.get(jobId) ?? [];
}

const jobsOf = new WeakMap<EventBlock, ReadonlyMap<string, readonly StoredEvent[]>>();

/** The newest events of a design: a stretch of its stream without gaps, that grows at its end and is dropped at its beginning. */
export interface EventCache {
  /** The block that holds what comes after a number; undefined when none here does. */
  find(after: bigint): EventBlock | undefined;
  /** Keeps a block that goes on where the newest ends, or that is newer than all; others are left alone. */
  add(block: EventBlock): void;
  /** How many events are kept. */
  size(): number;
}

/** Makes a cache that keeps up to so many bytes of events, and always the block added last. */
export function createEventCache(mostBytes: number): EventCache {
  let kept: { readonly block: EventBlock; readonly bytes: number }[] = [];
  let total = 0;
  return {
    find: (after) => kept.findLast(({ block }) => block.after <= after && after < block.last)?.block,
    add(block) {
      const end = kept.at(-1)?.block.last;
      if (end !== undefined && block.after < end) return;
      if (end !== block.after) {
        kept = [];
        total = 0;
      }
      const bytes = block.events.reduce((sum, each) => sum + each.bytes, 0);
      kept.push({ block, bytes });
      total += bytes;
      while (total > mostBytes && kept.length > 1) total -= kept.shift()?.bytes ?? 0;
    },
    size: () => kept.reduce((sum, { block }) => sum + block.events.length, 0),
  };
}

/** Events in messages of at most so many bytes each, unless one has more. */
export function* inMessages(events: readonly StoredEvent[], mostBytes: number): Generator<Event[]> {
  let part: Event[] = [];
  let bytes = 0;
  for (const each of events) {
    if (part.length > 0 && bytes + each.bytes > mostBytes) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(each.event);
    bytes += each.bytes;
  }
  if (part.length > 0) yield part;
}
