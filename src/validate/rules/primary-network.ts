import { memberPath } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

/** The primary network of a node is one it has an address on. */
export const primaryNetwork: ItemRule = {
  id: "primary-network",
  severity: "error",
  summary: "A node has an address on its primary network, which isn't its out-of-band network.",
  kinds: ["Node"],
  check(item, context) {
    const primary = textAt(item.tree, "primary_network");
    if (primary === undefined || context.lookup("Network", primary) === undefined) return [];
    if (primary === textAt(mapAt(item.tree, "oob"), "network")) {
      return [
        {
          field: "primary_network",
          message: `primary network ${primary} is the out-of-band network`,
          hint: "name a network of an interface",
        },
      ];
    }
    const isAddressed = membersAt(item.tree, "addressing").some((entry) => textAt(entry, "network") === primary);
    if (isAddressed || !context.isWhole(item, "addressing")) return [];
    return [
      {
        field: "addressing",
        message: `the node has no address on its primary network ${primary}`,
        hint: `formation data is missing: the layer that declares the node's addressing (bootstrap_seed.yaml) could supply ${memberPath("addressing", primary)}`,
      },
    ];
  },
};
