import { parseAddress } from "../address.ts";
import { memberKey } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** An address needs a block to be of. */
export const missingCidr: ItemRule = {
  id: "missing-cidr",
  severity: "error",
  summary: "A network that nodes have addresses on has a cidr.",
  kinds: ["Node"],
  check({ kind, name, tree }, context) {
    return membersAt(tree, "addressing").flatMap((entry) => {
      const network = context.lookup("Network", textAt(entry, "network") ?? "");
      if (network === undefined || textAt(network.tree, "cidr") !== undefined || !context.isWhole(network)) return [];
      if (parseAddress(textAt(entry, "address") ?? "") === undefined) return [];
      return [
        {
          kind,
          name,
          field: `addressing[${memberKey(network.name)}].address`,
          message: `network ${network.name} has no cidr`,
          hint: `formation data is missing: the layer that declares where network ${network.name} is (bootstrap_seed.yaml) could supply cidr`,
          related: [{ kind: "Network", name: network.name, message: "the network" }],
        },
      ];
    });
  },
};
