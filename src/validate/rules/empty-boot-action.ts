import { assetsOf } from "../boot-assets.ts";
import type { ItemRule } from "../rule.ts";

/** A boot action does something. */
export const emptyBootAction: ItemRule = {
  id: "empty-boot-action",
  severity: "warning",
  summary: "A boot action has an asset.",
  why: `Without assets a boot action does nothing, and a node that reports its end waits for nothing. Mostly its assets were forgotten or stand under a wrong name.`,
  kinds: ["BootAction"],
  check(item, context) {
    if (assetsOf(item).length > 0 || !context.isWhole(item, "assets")) return [];
    return [{ field: "assets", message: "the boot action has no assets", hint: "add assets:, or take it away" }];
  },
};
