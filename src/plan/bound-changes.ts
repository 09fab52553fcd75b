import type { SiteChange } from "./node-facts.ts";

/** So a step stays well below the bound of a message, whatever a driver says. */
const MOST = 256;

/** The first changes of a machine's step, and one more that says how many are left out, where there are too many to keep. */
export function boundChanges(changes: readonly SiteChange[]): readonly SiteChange[] {
  if (changes.length <= MOST) return changes;
  const rest = changes.slice(MOST - 1);
  const destructive = rest.some((change) => change.destructive);
  const more = { object: `${rest.length} more changes`, action: "", before: "", after: "", field: "", destructive };
  return [...changes.slice(0, MOST - 1), more];
}
