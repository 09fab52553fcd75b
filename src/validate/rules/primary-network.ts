import type { EffectiveItem } from "../../design/effective-item.ts";
import { type Address, parseBlock } from "../address.ts";
import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { supplyHint } from "../supply-hint.ts";
import { mapAt, membersAt, textAt } from "../tree-access.ts";

/** The primary network of a node is one it has an address on. */
export const primaryNetwork: ItemRule = {
  id: "primary-network",
  severity: "error",
  summary: "A node has an address on its primary network, which isn't its out-of-band network and has a default route.",
  why: "The primary network gives a node its default gateway, its DNS servers and its domain. Without an address on it the node has none of them. The out-of-band network is the controller's, not the system's. A primary network without a default route leaves the node without a way out, which an isolated site may want: a warning.",
  kinds: ["Node"],
  check(item, context) {
    const primary = textAt(item.tree, "primary_network");
    const network = context.lookup("Network", primary);
    if (primary === undefined || network === undefined) return [];
    if (primary === textAt(mapAt(item.tree, "oob"), "network")) {
      return [
        {
          field: "primary_network",
          message: `primary network ${primary} is the out-of-band network`,
          hint: "name a network of an interface",
        },
      ];
    }
    const addressing = nodeAddresses(item.tree);
    const entry = addressing.find((each) => each.network === primary);
    if (entry !== undefined) return faultOfRoutes(entry.address, network, context);
    // A node without any address has a rule of its own.
    if (addressing.length === 0 || !context.isWhole(item, "addressing")) return [];
    const isOwn = context.origin(item, "primary_network")?.item === `${item.kind}/${item.name}`;
    const stated = { kind: item.kind, name: item.name, field: "primary_network", message: "the primary network" };
    const addresses = { kind: item.kind, name: item.name, field: "addressing", message: "the node's addresses" };
    return [
      {
        field: isOwn ? "primary_network" : "addressing",
        message: `the node has no address on its primary network ${primary}`,
        hint: `${supplyHint(context, "Node", addressingPath(primary))}; or name another primary network`,
        related: [isOwn ? addresses : stated],
      },
    ];
  },
};

/** What a DHCP server says of routes isn't in the design. */
function faultOfRoutes(address: Address | undefined, network: EffectiveItem, context: RuleContext): Finding[] {
  if (address === undefined || !context.isWhole(network, "routes")) return [];
  // A route that is wrong itself may have been meant as the default one.
  const mayLeadOut = (subnet: string | undefined) => (parseBlock(subnet)?.prefix ?? 0) === 0;
  const routes = membersAt(network.tree, "routes").filter((route) => textAt(route, "route_domain") === undefined);
  if (routes.some((route) => mayLeadOut(textAt(route, "subnet")))) return [];
  return [
    {
      field: "primary_network",
      severity: "warning",
      message: `primary network ${network.name} has no default route, so nodes have no default gateway`,
      hint: `${supplyHint(context, "Network", "routes")}; or name another primary network`,
      related: [{ kind: "Network", name: network.name, message: "the network" }],
    },
  ];
}
