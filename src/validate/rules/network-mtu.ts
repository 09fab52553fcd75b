import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, numberAt, textAt, textsAt } from "../tree-access.ts";

/** A network's packets fit the link it rides on. */
export const networkMtu: ItemRule = {
  id: "network-mtu",
  severity: "error",
  summary: "A network's mtu is no larger than that of the link an interface carries it on.",
  kinds: ["HostProfile", "Node"],
  check({ tree }, context) {
    return membersAt(tree, "interfaces").flatMap((one) => {
      const link = context.lookup("NetworkLink", textAt(one, "device_link"));
      const limit = numberAt(link?.tree, "mtu");
      if (link === undefined || limit === undefined) return [];
      return textsAt(one, "networks").flatMap((network): Finding[] => {
        const mtu = numberAt(context.lookup("Network", network)?.tree, "mtu");
        if (mtu === undefined || mtu <= limit || !context.isWhole(link, "mtu")) return [];
        return [
          {
            field: memberPath(`${memberPath("interfaces", textAt(one, "name") ?? "")}.networks`, network),
            message: `network ${network} has mtu ${mtu}, its link ${link.name} ${limit}`,
            hint: "lower the network's, or raise the link's",
            related: [
              { kind: "Network", name: network, field: "mtu", message: "the network's mtu" },
              { kind: "NetworkLink", name: link.name, field: "mtu", message: "the link's mtu" },
            ],
          },
        ];
      });
    });
  },
};
