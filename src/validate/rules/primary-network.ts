import { memberKey } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** The primary network of a node is one it has an address on. */
export const primaryNetwork: ItemRule = {
  id: "primary-network",
  severity: "error",
  summary: "A node has an address on its primary network, and an interface carries it.",
  kinds: ["Node"],
  check(item, context) {
    const { kind, name, tree } = item;
    const primary = textAt(tree, "primary_network");
    if (primary === undefined || !context.isWhole(item) || context.lookup("Network", primary) === undefined) return [];
    if (primary === textAt(mapAt(tree, "oob"), "network")) {
      return [
        {
          kind,
          name,
          field: "primary_network",
          message: `primary network ${primary} is the out-of-band network`,
          hint: "name a network of an interface",
        },
      ];
    }
    const addressed = membersAt(tree, "addressing").some((entry) => textAt(entry, "network") === primary);
    if (!addressed) {
      return [
        {
          kind,
          name,
          field: "primary_network",
          message: `${name} has no address on its primary network ${primary}`,
          hint: `formation data is missing: the layer that declares the node's addressing (bootstrap_seed.yaml) could supply addressing[${memberKey(primary)}]`,
        },
      ];
    }
    if (membersAt(tree, "interfaces").some((one) => textsAt(one, "networks").includes(primary))) return [];
    return [
      {
        kind,
        name,
        field: "primary_network",
        message: `no interface of ${name} carries its primary network ${primary}`,
        hint: "add the network to an interface",
      },
    ];
  },
};
