import type { YamlEntry, YamlMap, YamlNode } from "./node.ts";
import type { ProblemList } from "./problem-list.ts";

/** A value given to `<<`, and where in the file that `<<` stands. */
export interface MergeValue {
  readonly node: YamlNode;
  readonly offset: number;
}

/**
 * Appends to a map's own entries those it merges. Own keys win, then the earlier of the merged maps. The entries keep
 * the places where they were written. What can't be merged is reported and left out.
 */
export function mergeEntries(entries: YamlEntry[], values: readonly MergeValue[], problems: ProblemList): void {
  const seen = new Set(entries.map((entry) => entry.key));
  for (const { node, offset } of values) {
    const sources = node.kind === "list" ? node.items : [node];
    const maps = sources.filter((source): source is YamlMap => source.kind === "map");
    const other = sources.find((source) => source.kind !== "map");
    if (other !== undefined && !isUnresolvedAlias(other)) {
      problems.add({
        rule: "yaml-merge",
        offset,
        message: `found a ${node.kind === "list" ? `list with a ${other.kind}` : node.kind} as the value of '<<', expected a map or a list of maps`,
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

/** An alias without an anchor is reported as that, and given as the text no plain scalar can have. */
function isUnresolvedAlias(node: YamlNode): boolean {
  return node.kind === "scalar" && node.style === "plain" && node.text.startsWith("*");
}
