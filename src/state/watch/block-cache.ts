import type { Block } from "./read-block.ts";

/** A block, and the ticks of its feed's clock between which it was read. */
export interface ReadBlock extends Block {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** The newest blocks of a design: a stretch of its stream without gaps, that grows at its end and is dropped at its beginning. */
export interface BlockCache {
  /** The block that holds the change after a number; undefined when none here does. */
  find(after: bigint): ReadBlock | undefined;
  /** Keeps a block that goes on where the newest ends, or that is newer than all, or that was read again; others are left alone. */
  add(block: ReadBlock): void;
  /** What is kept, oldest first. */
  blocks(): readonly ReadBlock[];
}

/** Makes a cache that keeps up to `most` changes, and always the block added last. */
export function createBlockCache(most: number): BlockCache {
  let kept: ReadBlock[] = [];
  let changes = 0;
  return {
    find: (after) => kept.findLast((block) => block.after <= after && after < block.last),
    add(block) {
      const newest = kept.at(-1);
      if (newest === undefined || block.after > newest.last) {
        kept = [block];
        changes = block.changes.length;
      } else if (block.after === newest.last) {
        kept.push(block);
        changes += block.changes.length;
      } else {
        const same = kept.findLastIndex(({ after, last }) => after === block.after && last === block.last);
        if (same >= 0) kept[same] = block;
      }
      while (changes > most && kept.length > 1) changes -= kept.shift()?.changes.length ?? 0;
    },
    blocks: () => kept,
  };
}
