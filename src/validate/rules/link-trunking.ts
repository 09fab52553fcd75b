import { isAllowedElsewhere, linkTraffic } from "../links.ts";
import type { ItemRule } from "../rule.ts";
import { mapAt } from "../tree-access.ts";

/** A link without trunking carries one network and says which. */
export const linkTrunking: ItemRule = {
  id: "link-trunking",
  severity: "error",
  summary: "A link without trunking names the one network it carries in trunking.default_network, and allows no other.",
  why: "Without tags a port carries one network, and the switch can't be set up without knowing which. A link that allows several needs `trunking.mode: 802.1q`.",
  kinds: ["NetworkLink"],
  check(item, context) {
    const { isTrunk, native, allowed, named } = linkTraffic(item);
    if (isTrunk || !context.isWhole(item, "trunking")) return [];
    if (named.length > 1) {
      if (named.filter((network) => network === native || !isAllowedElsewhere(network, item, context)).length < 2)
        return [];
      const isStated = mapAt(item.tree, "trunking") !== undefined;
      return [
        {
          field: isStated ? "trunking.mode" : "allowed_networks",
          message: `the link is for ${named.length} networks and has no trunking mode`,
          hint: "set trunking.mode to 802.1q, or allow one network",
          related: [{ kind: item.kind, name: item.name, field: "allowed_networks", message: "the networks it is for" }],
        },
      ];
    }
    if (native !== undefined) return [];
    const [only] = allowed;
    return [
      {
        field: "trunking",
        message: "the link carries one untagged network and doesn't say which",
        hint:
          only === undefined
            ? "add trunking.default_network, or a trunking mode"
            : `add trunking.default_network: ${only}`,
      },
    ];
  },
};
