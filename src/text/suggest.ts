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

/** Optimal string alignment distance; anything above `bound` may be given as `bound + 1`. */
function editDistance(a: string, b: string, bound: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let cost = Math.min((last[column - 1] ?? 0) + same, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > bound) return bound + 1;
    [beforeLast, last] = [last, current];
  }
  return last[b.length] ?? bound + 1;
}
