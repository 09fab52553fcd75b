import { networkPlan } from "../network-plan.ts";
import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A network served by DHCP has addresses to hand out. */
export const dhcpRange: ItemRule = {
  id: "dhcp-range",
  severity: "error",
  summary: "A network whose addresses are assigned by DHCP has a range of type dhcp.",
  kinds: ["Network"],
  check(item, context) {
    if (textAt(item.tree, "allocation") !== "dhcp") return [];
    const { block, ranges } = networkPlan(item);
    if (block === undefined || ranges.some(({ type }) => type === "dhcp") || !context.isWhole(item, "ranges"))
      return [];
    return [
      {
        field: "allocation",
        message: "addresses are assigned by DHCP, and there is no range of type dhcp",
        hint: "add a range of type dhcp, or set allocation: static",
      },
    ];
  },
};
