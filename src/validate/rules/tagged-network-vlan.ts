import { memberKey } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, numberAt, textAt, textsAt } from "../tree-access.ts";

/** A network that rides tagged on a trunk needs a VLAN id. */
export const taggedNetworkVlan: ItemRule = {
  id: "tagged-network-vlan",
  severity: "error",
  summary: "A network that isn't a trunk's default has a VLAN id.",
  kinds: ["Node"],
  check({ kind, name, tree }, context) {
    return membersAt(tree, "interfaces").flatMap((one) => {
      const link = context.lookup("NetworkLink", textAt(one, "device_link") ?? "");
      const trunking = mapAt(link?.tree, "trunking");
      if (link === undefined || textAt(trunking, "mode") !== "802.1q") return [];
      return textsAt(one, "networks").flatMap((network): Finding[] => {
        const target = context.lookup("Network", network);
        if (target === undefined || network === textAt(trunking, "default_network")) return [];
        if (numberAt(target.tree, "vlan") !== undefined || !context.isWhole(target)) return [];
        return [
          {
            kind,
            name,
            field: `interfaces[${memberKey(textAt(one, "name") ?? "")}].networks[${memberKey(network)}]`,
            message: `network ${network} rides tagged on link ${link.name} and has no VLAN id`,
            hint: `formation data is missing: the layer that declares network ${network} with its addresses (bootstrap_seed.yaml) could supply vlan`,
            related: [{ kind: "Network", name: network, message: "the network" }],
          },
        ];
      });
    });
  },
};
