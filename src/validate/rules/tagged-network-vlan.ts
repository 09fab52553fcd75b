import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, numberAt, textAt, textsAt } from "../tree-access.ts";

/** A network that rides tagged on a trunk needs a VLAN id. */
export const taggedNetworkVlan: ItemRule = {
  id: "tagged-network-vlan",
  severity: "error",
  summary: "A network that rides on a trunk and isn't its default has a VLAN id.",
  kinds: ["Node"],
  check(item, context) {
    return membersAt(item.tree, "interfaces").flatMap((one) => {
      const link = context.lookup("NetworkLink", textAt(one, "device_link"));
      const trunking = mapAt(link?.tree, "trunking");
      if (link === undefined || textAt(trunking, "mode") !== "802.1q") return [];
      return textsAt(one, "networks").flatMap((name): Finding[] => {
        const network = context.lookup("Network", name);
        if (network === undefined || name === textAt(trunking, "default_network")) return [];
        if (numberAt(network.tree, "vlan") !== undefined) return [];
        if (!context.isWhole(network, "vlan") || !context.isWhole(link, "trunking.default_network")) return [];
        const field = memberPath(`${memberPath("interfaces", textAt(one, "name") ?? "")}.networks`, name);
        return [
          {
            about: network,
            field: "vlan",
            message: `network ${name} rides tagged on link ${link.name} and has no VLAN id`,
            hint: "formation data is missing: the layer that says where the network is (bootstrap_seed.yaml) could supply vlan",
            related: [{ kind: item.kind, name: item.name, field, message: "an interface that carries it" }],
          },
        ];
      });
    });
  },
};
