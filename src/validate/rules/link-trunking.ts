import type { ItemRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A link without trunking says which network it carries. */
export const linkTrunking: ItemRule = {
  id: "link-trunking",
  severity: "error",
  summary: "A link without trunking names the network it carries in trunking.default_network.",
  kinds: ["NetworkLink"],
  check(item, context) {
    const trunking = mapAt(item.tree, "trunking");
    if ((textAt(trunking, "mode") ?? "disabled") !== "disabled") return [];
    if (textAt(trunking, "default_network") !== undefined || !context.isWhole(item, "trunking")) return [];
    return [
      {
        field: "trunking",
        message: "the link carries one untagged network and doesn't say which",
        hint: "add trunking.default_network, or a trunking mode",
      },
    ];
  },
};
