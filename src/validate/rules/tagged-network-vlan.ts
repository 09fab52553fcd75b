import type { EffectiveItem } from "../../design/effective-item.ts";
import { carriedPath, hostInterfaces } from "../host-interfaces.ts";
import { isAllowedElsewhere, linkTraffic } from "../links.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule, RelatedField, RuleContext } from "../rule.ts";
import { supplyHint } from "../supply-hint.ts";
import { mapAt, numberAt } from "../tree-access.ts";

/** A network that rides tagged on a trunk needs a VLAN id. */
export const taggedNetworkVlan: ItemRule = {
  id: "tagged-network-vlan",
  severity: "error",
  summary: "A network that rides on a trunk and isn't its default has a VLAN id.",
  why: "On a trunk only the default network's frames are untagged; every other network needs the id of its tag. Give the network its `vlan`, or name it in `trunking.default_network` if its frames are the untagged ones.",
  kinds: ["NetworkLink", "Node"],
  looksAt: { Node: ["interfaces"] },
  check(item, context) {
    const { kind, name } = item;
    if (kind === "NetworkLink") {
      return linkTraffic(item).allowed.flatMap((network) => {
        const field = memberPath("allowed_networks", network);
        return faultOf(network, item, { kind, name, field, message: "the link that carries it" }, context);
      });
    }
    return hostInterfaces(item.tree).flatMap((one) => {
      const link = context.lookup("NetworkLink", one.link);
      if (link === undefined) return [];
      return one.networks.flatMap((network) => {
        const field = carriedPath(one, network);
        return faultOf(network, link, { kind, name, field, message: "an interface that carries it" }, context);
      });
    });
  },
};

function faultOf(name: string, link: EffectiveItem, at: RelatedField, context: RuleContext): Finding[] {
  const { isTrunk, native } = linkTraffic(link);
  const network = isTrunk && name !== native ? context.lookup("Network", name) : undefined;
  if (network === undefined || numberAt(network.tree, "vlan") !== undefined) return [];
  // What the provisioner leaves alone, something else sends as it thinks right.
  if ([network, link].some(({ tree }) => mapAt(tree, "labels")?.noconfig !== undefined)) return [];
  if (!context.isWhole(network, "vlan") || !context.isWhole(link, "trunking")) return [];
  if (isAllowedElsewhere(name, link, context)) return [];
  return [
    {
      about: network,
      field: "vlan",
      message: `network ${name} rides tagged on link ${link.name} and has no VLAN id`,
      hint: supplyHint(context, "Network", "vlan"),
      related: [at],
    },
  ];
}
