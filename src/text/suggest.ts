const LONGEST_NAME = 128;
const MOST_CANDIDATES = 10_000;
const MOST_EDITS = 3;

/**
 * The candidate most like a name that was not found, or undefined if none is near: case and `-` for `_` count as the
 * same, and one edit in three letters is allowed, up to three (a letter more, less, other, or two swapped). Of equally
 * near ones the first in code unit order. Looks at the first 10,000 candidates and at names of at most 128 letters.
 */
export function suggest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length === 0 || name.length > LONGEST_NAME) return undefined;
  const wanted = folded(name);
  let best: string | undefined;
  let nearest = Math.min(MOST_EDITS, name.length - 1, Math.max(1, Math.floor(name.length / 3)));
  let looked = 0;
  for (const candidate of candidates) {
    if (++looked > MOST_CANDIDATES) break;
    if (candidate === name || Math.abs(candidate.length - name.length) > nearest) continue;
    const distance = editDistance(wanted, folded(candidate), nearest);
    if (distance > nearest || (distance === nearest && best !== undefined && best <= candidate)) continue;
    best = candidate;
    nearest = distance;
  }
  return best;
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll("-", "_");
}

/** Optimal string alignment distance; anything above `bound` may be given as `bound + 1`. Only what lies so near the diagonal is looked at. */
function editDistance(one: string, other: string, bound: number): number {
  const [a, b] = withoutCommonEnds(one, other);
  const width = b.length + 1;
  let [beforeLast, last, current] = [new Uint8Array(width), new Uint8Array(width), new Uint8Array(width)];
  for (let column = 0; column < width; column++) last[column] = Math.min(column, bound + 1);
  for (let row = 1; row <= a.length; row++) {
    const from = Math.max(1, row - bound);
    const to = Math.min(b.length, row + bound);
    current[from - 1] = from === 1 ? Math.min(row, bound + 1) : bound + 1;
    let least = current[from - 1] ?? 0;
    for (let column = from; column <= to; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min((last[column - 1] ?? 0) + same, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current[column] = Math.min(cost, bound + 1);
      if (cost < least) least = cost;
    }
    if (to < b.length) current[to + 1] = bound + 1;
    if (least > bound) return bound + 1;
    [beforeLast, last, current] = [last, current, beforeLast];
  }
  return last[b.length] ?? bound + 1;
}

/** Names of a scheme have much in common, which makes no difference. */
function withoutCommonEnds(a: string, b: string): readonly [string, string] {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
