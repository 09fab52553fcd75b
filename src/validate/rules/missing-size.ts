import type { ItemRule } from "../rule.ts";
import { storageParts } from "../storage-parts.ts";

/** A partition says how large it is. */
export const missingSize: ItemRule = {
  id: "missing-size",
  severity: "error",
  summary: "A partition or logical volume has a size.",
  why: `Nothing can be made without a size. Write \`50g\`, a percentage of the disk or group such as \`20%\`, or \`>50g\` for all that is left, if it is at least that.`,
  kinds: ["Node"],
  looksAt: { Node: ["storage"] },
  check(item, context) {
    const areas = storageParts(item.tree)?.areas ?? [];
    return areas
      .filter(({ type }) => type !== "raids")
      .flatMap(({ parts }) => parts)
      .filter(({ size, path }) => size === undefined && context.isWhole(item, `${path}.size`))
      .map(({ path, label }) => ({
        field: path,
        message: `${label} has no size`,
        hint: "add size: such as 50g, 20% or >50g",
      }));
  },
};
