import { parseAddress } from "../address.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** An address needs a block to be of. */
export const missingCidr: ItemRule = {
  id: "missing-cidr",
  severity: "error",
  summary: "A network that nodes have addresses on has a cidr.",
  kinds: ["Node"],
  check(item, context) {
    return membersAt(item.tree, "addressing").flatMap((entry): Finding[] => {
      const network = context.lookup("Network", textAt(entry, "network"));
      if (network === undefined || textAt(network.tree, "cidr") !== undefined) return [];
      if (parseAddress(textAt(entry, "address")) === undefined || !context.isWhole(network, "cidr")) return [];
      const field = `${memberPath("addressing", network.name)}.address`;
      return [
        {
          about: network,
          field: "cidr",
          message: `network ${network.name} has no cidr, and nodes have addresses on it`,
          hint: "formation data is missing: the layer that says where the network is (bootstrap_seed.yaml) could supply cidr",
          related: [{ kind: item.kind, name: item.name, field, message: `an address of ${item.name}` }],
        },
      ];
    });
  },
};
