import { converters } from "./kinds/convert.ts";

/** Earlier names of kinds. */
const earlierNames: ReadonlyMap<string, string> = new Map([
  ["Region", "Site"],
  ["BaremetalNode", "Node"],
]);

/** Every name a document may give its kind by. */
export const kindNames: readonly string[] = [...converters.keys(), ...earlierNames.keys()].sort();

/** The kind of items that documents of this name declare; undefined for a name of none. */
export function kindNamed(written: string): string | undefined {
  const kind = earlierNames.get(written) ?? written;
  return converters.has(kind) ? kind : undefined;
}
