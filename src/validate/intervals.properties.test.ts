import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { countIn, type Interval, numbersFrom, union, within, without } from "./intervals.ts";

const number = fc.bigInt({ min: 0n, max: 40n });
const interval: fc.Arbitrary<Interval> = fc.record({ first: number, last: number });
const intervals = fc.array(interval, { maxLength: 8 });

/** Every number of some intervals, counted out. */
function numbersOf(all: readonly Interval[]): ReadonlySet<bigint> {
  const numbers = new Set<bigint>();
  for (let each = 0n; each <= 40n; each++)
    if (all.some(({ first, last }) => first <= each && each <= last)) numbers.add(each);
  return numbers;
}

/** In order, none empty, and none beside another: there is one such form of a set of numbers. */
function expectFewest(all: readonly Interval[]) {
  for (const [index, { first, last }] of all.entries()) {
    expect(first <= last).toBe(true);
    const next = all[index + 1];
    if (next !== undefined) expect(next.first > last + 1n).toBe(true);
  }
}

describe("intervals", () => {
  it("brought together hold what any of them holds", () => {
    fc.assert(
      fc.property(intervals, (all) => {
        const merged = union(all);
        expect(numbersOf(merged)).toEqual(numbersOf(all));
        expectFewest(merged);
      }),
    );
  });

  it("without others hold what none of those holds", () => {
    fc.assert(
      fc.property(intervals, intervals, (whole, taken) => {
        const left = without(whole, taken);
        const holes = numbersOf(taken);
        expect(numbersOf(left)).toEqual(new Set([...numbersOf(whole)].filter((each) => !holes.has(each))));
        expectFewest(left);
      }),
      { numRuns: 1000 },
    );
  });

  it("are cut, counted and gone through as their numbers are", () => {
    fc.assert(
      fc.property(intervals, interval, number, (all, cut, least) => {
        const inside = numbersOf([cut]);
        const merged = union(all);
        expect(numbersOf(within(all, cut))).toEqual(new Set([...numbersOf(all)].filter((each) => inside.has(each))));
        expect(countIn(merged)).toBe(BigInt(numbersOf(all).size));
        expect([...numbersFrom(merged, least)]).toEqual([...numbersOf(all)].filter((each) => each >= least));
      }),
    );
  });
});
