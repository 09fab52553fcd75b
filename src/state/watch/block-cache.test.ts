import { expect, test } from "vitest";
import { createBlockCache, type ReadBlock } from "./block-cache.ts";

const block = (after: number, last: number, startedAt = 0): ReadBlock => ({
  ...{ after: BigInt(after), last: BigInt(last), statuses: false, more: false, startedAt, endedAt: startedAt },
  changes: Array.from({ length: last - after }),
});

const bounds = (blocks: readonly ReadBlock[]) => blocks.map(({ after, last }) => [Number(after), Number(last)]);

test("blocks that go on where the newest ends are found by any place in them", () => {
  const cache = createBlockCache(100);
  const [first, second] = [block(10, 13), block(13, 14)];
  cache.add(first);
  cache.add(second);
  expect([9n, 10n, 12n, 13n, 14n].map((after) => cache.find(after))).toEqual([
    undefined,
    first,
    first,
    second,
    undefined,
  ]);
});

test("a block that is newer than all begins a new stretch; an older one is left alone, unless it was read again", () => {
  const cache = createBlockCache(100);
  cache.add(block(10, 13));
  cache.add(block(20, 22));
  expect(bounds(cache.blocks())).toEqual([[20, 22]]);
  cache.add(block(10, 13));
  cache.add(block(21, 25));
  expect(bounds(cache.blocks())).toEqual([[20, 22]]);
  cache.add(block(20, 22, 7));
  expect(cache.find(21n)?.startedAt).toBe(7);
});

test("the oldest blocks go when there are too many changes, the newest never", () => {
  const cache = createBlockCache(5);
  for (const each of [block(0, 3), block(3, 5), block(5, 6)]) cache.add(each);
  expect(bounds(cache.blocks())).toEqual([
    [3, 5],
    [5, 6],
  ]);
  cache.add(block(6, 60));
  expect(bounds(cache.blocks())).toEqual([[6, 60]]);
});
