import type { QueryBudget } from "./budget.ts";
import type { Candidate } from "./candidate.ts";
import type { ItemFilter } from "./item-expression.ts";
import type { ItemOrder, OrderedPlace } from "./order-by.ts";

/** A candidate that meets a filter, and its place. */
export interface Chosen {
  readonly candidate: Candidate;
  readonly place: OrderedPlace;
}

/**
 * The first `count` candidates behind `after` that meet a filter, in an order. Candidates come by kind and name: in that order it stops once it has them; in any
 * other it looks at all of them and keeps no more than it answers.
 */
export async function chooseItems(
  batches: AsyncIterable<readonly Candidate[]>,
  filter: ItemFilter,
  order: ItemOrder,
  after: OrderedPlace | undefined,
  count: number,
  budget: QueryBudget,
): Promise<readonly Chosen[]> {
  const chosen: Chosen[] = [];
  for await (const batch of batches) {
    for (const candidate of batch) {
      await budget.breathe();
      if (!filter.meets(candidate, budget)) continue;
      const place = order.placeOf(candidate);
      if (order.isPlain) {
        chosen.push({ candidate, place });
        if (chosen.length === count) return chosen;
      } else if (after === undefined || order.compare(place, after) > 0)
        insert(chosen, { candidate, place }, order, count);
    }
  }
  return chosen;
}

function insert(chosen: Chosen[], next: Chosen, order: ItemOrder, count: number): void {
  let [from, to] = [0, chosen.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    const there = chosen[middle];
    if (there !== undefined && order.compare(there.place, next.place) <= 0) from = middle + 1;
    else to = middle;
  }
  if (from >= count) return;
  chosen.splice(from, 0, next);
  if (chosen.length > count) chosen.pop();
}
