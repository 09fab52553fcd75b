import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type WatchResponse, WatchResponseSchema } from "../../../gen/bedplate/design/v1/watch_pb.js";
import type { Db } from "../../db/database.ts";
import { readItemChanges, readRevisions, readStatuses } from "./expand-ranges.ts";
import { type EventRange, readRanges } from "./read-ranges.ts";
import type { WatchPolicy } from "./watch-policy.ts";

/** Changes of a design that follow each other in its stream, all that there are from one number to another. */
export interface Block {
  /** The number before its first change. */
  readonly after: bigint;
  /** The number of its last change. */
  readonly last: bigint;
  readonly changes: readonly WatchResponse[];
  /** Whether it tells of statuses, which are as they were when it was read. */
  readonly statuses: boolean;
  /** Whether there may have been more behind it when it was read. */
  readonly more: boolean;
}

/** Where to begin: after a number, or with the oldest change that is kept. */
export type BlockStart = bigint | "oldest";

/**
 * Reads the changes of a design from a place on, as many as a block may hold or fewer; undefined when there are none yet, "pruned" when the next one is not kept any
 * more. A commit's row stands for all it changed, and is expanded here, from any place in it.
 */
export async function readBlock(
  db: Db,
  design: string,
  start: BlockStart,
  { blockChanges, blockBytes }: Pick<WatchPolicy, "blockChanges" | "blockBytes">,
): Promise<Block | "pruned" | undefined> {
  const ranges = await readRanges(db, design, start === "oldest" ? 0n : start, blockChanges);
  const [first] = ranges;
  if (first === undefined) return undefined;
  const after = start === "oldest" ? first.first - 1n : start;
  if (first.first > after + 1n) return "pruned";
  const parts = partsOf(ranges, after, blockChanges);
  const changes = await expand(db, design, parts, blockBytes);
  const last = changes.at(-1)?.sequence;
  if (last === undefined) throw new Error(`nothing could be read of the changes of design ${design} after ${after}`);
  const found = parts.reduce((sum, { count }) => sum + count, 0);
  return {
    ...{ after, last, changes, more: changes.length < found || found >= blockChanges },
    statuses: changes.some(({ change }) => change.case === "status"),
  };
}

/** What of a range belongs to a block: `count` numbers after the first `skip`. */
interface Part {
  readonly range: EventRange;
  readonly skip: number;
  readonly count: number;
}

function partsOf(ranges: readonly EventRange[], after: bigint, most: number): readonly Part[] {
  const parts: Part[] = [];
  let room = most;
  for (const range of ranges) {
    const skip = after < range.first ? 0 : Number(after - range.first) + 1;
    const count = Math.min(room, sizeOf(range) - skip);
    if (count > 0) parts.push({ range, skip, count });
    room -= count;
  }
  return parts;
}

function sizeOf({ first, last }: EventRange): number {
  return Number(last - first) + 1;
}

/** The changes of parts, cut short before the first for which there was no room in what was read. */
async function expand(db: Db, design: string, parts: readonly Part[], mostBytes: number): Promise<WatchResponse[]> {
  const commits = parts.filter(({ range }) => range.type === "revision");
  const whole = commits.filter(({ range, skip, count }) => skip + count === sizeOf(range));
  const [items, revisions, statuses] = await Promise.all([
    readItemChanges(
      db,
      design,
      commits.map(({ range }) => range.revision),
      // The last number of a commit is the revision's own.
      { skip: commits[0]?.skip ?? 0, limit: commits.reduce((sum, { count }) => sum + count, 0) - whole.length },
    ),
    readRevisions(
      db,
      design,
      whole.map(({ range }) => range.revision),
      mostBytes,
    ),
    readStatuses(
      db,
      design,
      parts.flatMap(({ range, skip, count }) => range.nodes.slice(skip, skip + count)),
      mostBytes,
    ),
  ]);
  const [nextItem, nextRevision, nextStatus] = [items.values(), revisions.values(), statuses.values()];
  const changeOf = ({ type, last, revision }: EventRange, sequence: bigint): WatchResponse["change"] | undefined => {
    if (type === "status") {
      const { value } = nextStatus.next();
      return value && { case: "status", value };
    }
    if (sequence === last) {
      const { value } = nextRevision.next();
      return value && { case: "revision", value };
    }
    const { value } = nextItem.next();
    // What is told under a number must never be another thing for somebody else.
    if (value?.revision !== revision) throw new Error(`change ${sequence} of design ${design} isn't there`);
    return { case: "item", value };
  };
  const changes: WatchResponse[] = [];
  for (const { range, skip, count } of parts) {
    const at = timestampFromDate(range.at);
    for (let place = skip; place < skip + count; place++) {
      const sequence = range.first + BigInt(place);
      const change = changeOf(range, sequence);
      if (change === undefined) return changes;
      changes.push(create(WatchResponseSchema, { sequence, at, change }));
    }
  }
  return changes;
}
