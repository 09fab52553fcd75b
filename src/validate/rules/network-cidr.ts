import { networkPlan } from "../network-plan.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";

/** A network's block is a block, without host bits. */
export const networkCidr: ItemRule = {
  id: "network-cidr",
  severity: "error",
  summary: "A network's cidr is an IPv4 or IPv6 block without host bits.",
  kinds: ["Network"],
  check(item) {
    const field = "cidr";
    const cidr = textAt(item.tree, field);
    if (cidr === undefined) return [];
    const { block } = networkPlan(item);
    if (block === undefined) {
      const hint = "write an address and a prefix length, such as 10.1.0.0/24";
      return [{ field, message: `${shown(cidr)} is no address block`, hint }];
    }
    if (!block.hasHostBits) return [];
    return [{ field, message: `${cidr} has bits beyond its prefix`, hint: "write the first address of the block" }];
  },
};
