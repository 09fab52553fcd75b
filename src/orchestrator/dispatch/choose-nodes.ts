import type { Scope, WaitingNode } from "../store/admission.ts";

/** How many nodes may be at work in one place of each scope; absent for no bound. */
export type Bounds = Readonly<Partial<Record<Scope, number>>>;

/** How many nodes are at work in each place, by scope. */
export type AtWork = Readonly<Partial<Record<Scope, ReadonlyMap<string, number>>>>;

const SCOPES: readonly Scope[] = ["rack", "driver", "bmc"];

/** The places of each scope in which no other node may begin. */
export function fullPlaces(bounds: Bounds, atWork: AtWork): Readonly<Record<Scope, readonly string[]>> {
  const full = (scope: Scope): readonly string[] => {
    const bound = bounds[scope];
    if (bound === undefined) return [];
    return [...(atWork[scope] ?? [])].filter(([, count]) => count >= bound).map(([place]) => place);
  };
  return { rack: full("rack"), driver: full("driver"), bmc: full("bmc") };
}

/** The nodes that may begin, in order, at most so many: none that would bring a place over its bound. A node without a place has no bound there. */
export function chooseNodes(
  waiting: readonly WaitingNode[],
  most: number,
  bounds: Bounds,
  atWork: AtWork,
): readonly WaitingNode[] {
  const counts = Object.fromEntries(SCOPES.map((scope) => [scope, new Map(atWork[scope])])) as Record<
    Scope,
    Map<string, number>
  >;
  const chosen: WaitingNode[] = [];
  for (const node of waiting) {
    if (chosen.length >= most) break;
    const fits = SCOPES.every(
      (scope) =>
        node[scope] === "" || (counts[scope].get(node[scope]) ?? 0) < (bounds[scope] ?? Number.POSITIVE_INFINITY),
    );
    if (!fits) continue;
    for (const scope of SCOPES) counts[scope].set(node[scope], (counts[scope].get(node[scope]) ?? 0) + 1);
    chosen.push(node);
  }
  return chosen;
}
