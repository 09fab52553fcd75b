import type { ItemDelta } from "./store/write-revision.ts";

/** What came, changed and went, in the order of layer, kind and name. */
export function deltas<Before, After>(
  { closed, opened }: Pick<Difference<Before, After>, "closed" | "opened">,
  keyOf: (each: Before | After) => Omit<ItemDelta, "change">,
): readonly ItemDelta[] {
  const textOf = ({ layer = "", kind, name }: Omit<ItemDelta, "change">) => `${layer}/${kind}/${name}`;
  const before = new Set(closed.map((each) => textOf(keyOf(each))));
  const after = new Set(opened.map((each) => textOf(keyOf(each))));
  const came = opened
    .map(keyOf)
    .map((key) => ({ ...key, change: before.has(textOf(key)) ? "changed" : "added" }) as const);
  const went = closed
    .map(keyOf)
    .flatMap((key) => (after.has(textOf(key)) ? [] : [{ ...key, change: "deleted" } as const]));
  return [...came, ...went].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/** How one list of things differs from another, by key. */
export interface Difference<Before, After> {
  readonly closed: readonly Before[];
  readonly opened: readonly After[];
  /** How many things were added, changed or taken away. */
  readonly size: number;
  /** How many rows that takes: two for a thing that changed. */
  readonly rows: number;
}

/** Compares two lists by key and content; of two things with one key in a list the later counts. */
export function difference<Before, After>(
  before: readonly Before[],
  after: readonly After[],
  keyOf: (each: Before | After) => string,
  contentOf: (each: Before | After) => string,
): Difference<Before, After> {
  const left = new Map(before.map((each) => [keyOf(each), each]));
  const opened: After[] = [];
  let changed = 0;
  for (const [key, each] of new Map(after.map((one) => [keyOf(one), one]))) {
    const old = left.get(key);
    if (old !== undefined && contentOf(old) === contentOf(each)) left.delete(key);
    else opened.push(each);
    if (left.has(key)) changed += 1;
  }
  const rows = left.size + opened.length;
  return { closed: [...left.values()], opened, rows, size: rows - changed };
}
