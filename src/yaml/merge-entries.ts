import type { YamlEntry, YamlMap, YamlNode } from "./node.ts";
import type { ProblemList } from "./problem-list.ts";

/** A value given to `<<`, and where that `<<` stands in the document. */
export interface MergeValue {
  readonly node: YamlNode;
  readonly offset: number;
}

/**
 * Appends to a map's own entries those it merges. Own keys win, then the earlier of the merged maps. The entries keep
 * the places where they were written. What can't be merged is reported and left out.
 */
export function mergeEntries(
  entries: YamlEntry[],
  values: readonly MergeValue[],
  base: number,
  problems: ProblemList,
): void {
  const seen = new Set(entries.map((entry) => entry.key));
  for (const { node, offset } of values) {
    const sources = node.kind === "list" ? node.items : [node];
    const maps = sources.filter((source): source is YamlMap => source.kind === "map");
    if (maps.length < sources.length) {
      const other = sources.find((source) => source.kind !== "map");
      problems.add({
        rule: "yaml-merge",
        offset: base + offset,
        message: `found a ${node.kind === "list" ? `list with a ${other?.kind}` : node.kind} as the value of '<<', expected a map or a list of maps`,
        hint: "give << an alias of a map, as in <<: *base, or put << in quotes if a key of that name is meant",
      });
    }
    for (const map of maps) {
      for (const entry of map.entries) {
        if (seen.has(entry.key)) continue;
        seen.add(entry.key);
        entries.push(entry);
      }
    }
  }
}
