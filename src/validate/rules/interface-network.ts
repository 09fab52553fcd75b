import type { EffectiveItem } from "../../design/effective-item.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** A link carries what its interfaces carry. */
export const interfaceNetwork: ItemRule = {
  id: "interface-network",
  severity: "error",
  summary: "A network an interface carries is one its link allows, and the only one of a link without trunking.",
  kinds: ["HostProfile", "Node"],
  check({ tree }, context) {
    return membersAt(tree, "interfaces").flatMap((one): Finding[] => {
      const networks = textsAt(one, "networks");
      const link = context.lookup("NetworkLink", textAt(one, "device_link"));
      if (link === undefined || networks.length === 0) return [];
      const path = `${memberPath("interfaces", textAt(one, "name") ?? "")}.networks`;
      return networks.flatMap((network): Finding[] => {
        const found = faultOf(network, networks.length, link, context);
        return found === undefined ? [] : [{ field: memberPath(path, network), ...found }];
      });
    });
  },
};

function faultOf(network: string, count: number, link: EffectiveItem, context: RuleContext): Finding | undefined {
  const here = { kind: "NetworkLink", name: link.name };
  const trunking = mapAt(link.tree, "trunking");
  const native = textAt(trunking, "default_network");
  if (network === native) return undefined;
  const allowed = textsAt(link.tree, "allowed_networks");
  if (allowed.length > 0 && !allowed.includes(network) && context.isWhole(link, "allowed_networks")) {
    return {
      message: `link ${link.name} doesn't allow network ${network}`,
      hint: `add it to allowed_networks of ${link.name}, or attach the interface to another link`,
      related: [{ ...here, field: "allowed_networks", message: "what the link allows" }],
    };
  }
  // Several networks on such a link, and a link that doesn't say what it carries, have rules of their own.
  if (count > 1 || native === undefined || (textAt(trunking, "mode") ?? "disabled") !== "disabled") return undefined;
  if (!context.isWhole(link, "trunking")) return undefined;
  return {
    message: `link ${link.name} carries network ${native} alone, not ${network}`,
    hint: `set trunking.mode of ${link.name}, or attach the interface to another link`,
    related: [{ ...here, field: "trunking.default_network", message: "what the link carries" }],
  };
}
