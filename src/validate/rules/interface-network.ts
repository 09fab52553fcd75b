import type { EffectiveItem } from "../../design/effective-item.ts";
import { carriedPath, hostInterfaces } from "../host-interfaces.ts";
import { linkTraffic } from "../links.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";

/** A link carries what its interfaces carry. */
export const interfaceNetwork: ItemRule = {
  id: "interface-network",
  severity: "error",
  summary: "A network an interface carries is one its link allows, and the only one of a link without trunking.",
  why: "The switch drops the frames of a network its port isn't set up for, and the machine comes up without it. Allow the network on the link, or attach the interface to the link that carries it.",
  kinds: ["HostProfile", "Node"],
  looksAt: { HostProfile: ["interfaces"], Node: ["interfaces"] },
  check({ tree }, context) {
    return hostInterfaces(tree).flatMap((one): Finding[] => {
      if (one.networks.length === 0) return [];
      const link = context.lookup("NetworkLink", one.link);
      if (link === undefined) return [];
      return one.networks.flatMap((network): Finding[] => {
        const found = faultOf(network, one.networks.length, link, context);
        return found === undefined ? [] : [{ field: carriedPath(one, network), ...found }];
      });
    });
  },
};

function faultOf(network: string, count: number, link: EffectiveItem, context: RuleContext): Finding | undefined {
  const here = { kind: "NetworkLink", name: link.name };
  const { isTrunk, native, allows, named } = linkTraffic(link);
  if (network === native) return undefined;
  if (allows.size > 0 && !allows.has(network) && context.isWhole(link, "allowed_networks")) {
    return {
      message: `link ${link.name} doesn't allow network ${network}`,
      hint: `add it to allowed_networks of ${link.name}, or attach the interface to another link`,
      related: [{ ...here, field: "allowed_networks", message: "what the link allows" }],
    };
  }
  // Several networks on such a link, and a link that doesn't say what it carries, have rules of their own.
  if (count > 1 || named.length > 1 || native === undefined || isTrunk) return undefined;
  if (!context.isWhole(link, "trunking")) return undefined;
  return {
    message: `link ${link.name} carries network ${native} alone, not ${network}`,
    hint: `set trunking.mode of ${link.name}, or attach the interface to another link`,
    related: [{ ...here, field: "trunking.default_network", message: "what the link carries" }],
  };
}
