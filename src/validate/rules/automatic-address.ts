import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { supplyHint } from "../supply-hint.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** The provisioner can choose an address. */
export const automaticAddress: ItemRule = {
  id: "automatic-address",
  severity: "error",
  summary:
    'A network whose addresses the provisioner doesn\'t manage has a reserved range when a node has "auto" on it.',
  why: "With `auto` the provisioner chooses an address when it installs the machine. On a network it doesn't manage (`managed: false`) it chooses from reserved ranges only: without one there is no address to give, and every installation fails.",
  kinds: ["Node"],
  check(item, context) {
    return nodeAddresses(item.tree).flatMap(({ network: name, text }): Finding[] => {
      const network = text === "auto" ? context.lookup("Network", name) : undefined;
      if (network === undefined || network.tree.managed !== false || !context.isWhole(network, "ranges")) return [];
      if (membersAt(network.tree, "ranges").some((range) => textAt(range, "type") === "reserved")) return [];
      return [
        {
          field: `${addressingPath(name)}.address`,
          message: `the provisioner doesn't manage network ${network.name}, so it has no address to choose`,
          hint: `give an address, or a reserved range; ${supplyHint(context, "Network", "ranges")}`,
          related: [{ kind: "Network", name: network.name, field: "managed", message: "not managed" }],
        },
      ];
    });
  },
};
