import type { EffectiveItem } from "../../design/effective-item.ts";
import { carriedPath, hostInterfaces } from "../host-interfaces.ts";
import { isAllowedElsewhere, linkTraffic } from "../links.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule, RelatedField, RuleContext } from "../rule.ts";
import { numberAt } from "../tree-access.ts";

/** A network's packets fit every link it rides on. */
export const networkMtu: ItemRule = {
  id: "network-mtu",
  severity: "error",
  summary: "A network's mtu, tagged or not, is no larger than that of each link that carries it.",
  why: "Packets larger than a link's frames are dropped on the way: small requests work and large answers hang. Lower the network's `mtu`, or raise that of the link (1500 when it says nothing) on switch and servers.",
  kinds: ["HostProfile", "NetworkLink", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check(item, context) {
    const { kind, name } = item;
    if (kind === "NetworkLink") {
      return linkTraffic(item).named.flatMap((network) => {
        const isListed = linkTraffic(item).allows.has(network);
        const field = isListed ? memberPath("allowed_networks", network) : "trunking.default_network";
        return faultOf(network, item, { kind, name, field, message: "the link carries it" }, context);
      });
    }
    return hostInterfaces(item.tree).flatMap((one) => {
      const link = context.lookup("NetworkLink", one.link);
      if (link === undefined) return [];
      return one.networks.flatMap((network) => {
        const at = { kind, name, field: carriedPath(one, network), message: "an interface that carries it" };
        return faultOf(network, link, at, context);
      });
    });
  },
};

function faultOf(name: string, link: EffectiveItem, at: RelatedField, context: RuleContext): Finding[] {
  const limit = numberAt(link.tree, "mtu");
  const network = context.lookup("Network", name);
  const mtu = numberAt(network?.tree, "mtu");
  if (limit === undefined || network === undefined || mtu === undefined || mtu <= limit) return [];
  if (!context.isWhole(link, "mtu") || isAllowedElsewhere(name, link, context)) return [];
  return [
    {
      about: network,
      field: "mtu",
      message: `network ${name} has mtu ${mtu}, its link ${link.name} ${limit}`,
      hint: "lower the network's, or raise the link's",
      related: [{ kind: "NetworkLink", name: link.name, field: "mtu", message: "the link's mtu" }, at],
    },
  ];
}
