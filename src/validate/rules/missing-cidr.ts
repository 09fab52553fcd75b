import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { supplyHint } from "../supply-hint.ts";
import { textAt } from "../tree-access.ts";

/** An address needs a block to be of. */
export const missingCidr: ItemRule = {
  id: "missing-cidr",
  severity: "error",
  summary: "A network that nodes have addresses on has a cidr.",
  why: "Without its block a network can be made by no provisioner, and no address can be held against it. The block is formation data, so the hint names the layers that may give it.",
  kinds: ["Node"],
  check(item, context) {
    return nodeAddresses(item.tree).flatMap(({ network: name }): Finding[] => {
      const network = context.lookup("Network", name);
      if (network === undefined || textAt(network.tree, "cidr") !== undefined) return [];
      if (!context.isWhole(network, "cidr")) return [];
      const field = `${addressingPath(name)}.address`;
      return [
        {
          about: network,
          field: "cidr",
          message: `network ${network.name} has no cidr, and nodes have addresses on it`,
          hint: supplyHint(context, "Network", "cidr"),
          related: [{ kind: item.kind, name: item.name, field, message: `an address of ${item.name}` }],
        },
      ];
    });
  },
};
