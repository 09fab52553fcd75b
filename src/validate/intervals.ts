/** Whole numbers from `first` to `last`, inclusive; none when `last` is below `first`. */
export interface Interval {
  readonly first: bigint;
  readonly last: bigint;
}

/** What is in any of some intervals, as the fewest there can be, in order. They may overlap and come in any order. */
export function union(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  const sorted = intervals.filter(({ first, last }) => first <= last).sort((a, b) => (a.first < b.first ? -1 : 1));
  for (const each of sorted) {
    const before = merged.at(-1);
    if (before === undefined || each.first > before.last + 1n) merged.push(each);
    else if (each.last > before.last) merged[merged.length - 1] = { first: before.first, last: each.last };
  }
  return merged;
}

/** What is in any of `whole` and in none of `taken`, as the fewest intervals there can be, in order. */
export function without(whole: readonly Interval[], taken: readonly Interval[]): readonly Interval[] {
  const holes = union(taken);
  const left: Interval[] = [];
  let at = 0;
  for (const { first, last } of union(whole)) {
    let next = first;
    // A hole that reaches beyond this interval is looked at again for the next one.
    while ((holes[at]?.last ?? first) < first) at++;
    for (let index = at; index < holes.length; index++) {
      const hole = holes[index];
      if (hole === undefined || hole.first > last) break;
      if (hole.first > next) left.push({ first: next, last: hole.first - 1n });
      if (hole.last >= next) next = hole.last + 1n;
    }
    if (next <= last) left.push({ first: next, last });
  }
  return left;
}

/** The part of some intervals that lies in one. */
export function within(intervals: readonly Interval[], { first, last }: Interval): readonly Interval[] {
  return intervals
    .map((each) => ({ first: each.first > first ? each.first : first, last: each.last < last ? each.last : last }))
    .filter((each) => each.first <= each.last);
}

/** How many numbers are in intervals that don't overlap. */
export function countIn(intervals: readonly Interval[]): bigint {
  return intervals.reduce((count, { first, last }) => count + last - first + 1n, 0n);
}

/** The numbers in ordered intervals, one after the other, from the first on that is not below `least`. */
export function* numbersFrom(intervals: readonly Interval[], least: bigint): Generator<bigint> {
  for (const { first, last } of intervals) {
    for (let each = first > least ? first : least; each <= last; each++) yield each;
  }
}
