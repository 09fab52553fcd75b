import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shareExcess } from "../share-excess.ts";
import { onceByStorage, type StorageArea } from "../storage-parts.ts";

/** Shares of a disk or volume group are shares of one whole. */
export const shareTotal: ItemRule = {
  id: "share-total",
  severity: "error",
  summary: "Percentages of one disk, or of one volume group, come to at most 100.",
  why: `A percentage is of the whole disk or group, whatever else is on it; those of one disk or group can't come to more than the whole. Each is counted by itself: 80% of one group and 80% of another are fine.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) => (isAbstract(item, context) ? [] : (check(item.tree) ?? [])),
};

const check = onceByStorage(({ areas }) => areas.flatMap(faultOf));

function faultOf(area: StorageArea): Finding[] {
  const excess = shareExcess(area);
  if (excess === undefined) return [];
  const whole = area.type === "disk" ? "disk" : "volume group";
  return [
    {
      field: `${excess.part.path}.size`,
      message: `the percentages of the ${whole} come to ${excess.percent} with this one`,
      hint: "keep them at 100 or less in all",
    },
  ];
}
