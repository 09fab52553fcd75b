import type { EffectiveItem } from "../../design/effective-item.ts";
import { networkPlan } from "../network-plan.ts";
import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { supplyHint } from "../supply-hint.ts";
import { textAt } from "../tree-access.ts";

/** Where addresses are assigned by DHCP there are addresses to hand out. */
export const dhcpRange: ItemRule = {
  id: "dhcp-range",
  severity: "error",
  summary:
    "A network whose addresses are assigned by DHCP, or on which a node takes its address from DHCP, has a range of type dhcp.",
  why: "Bedplate's provisioner serves DHCP out of the ranges of type `dhcp`. Without one a node that asks gets no answer, and doesn't boot. A network whose requests are relayed to another server needs none.",
  kinds: ["Network", "Node"],
  check(item, context) {
    return item.kind === "Network" ? faultOfNetwork(item, context) : faultsOfNode(item, context);
  },
};

function faultOfNetwork(item: EffectiveItem, context: RuleContext): Finding[] {
  if (textAt(item.tree, "allocation") !== "dhcp" || hasServer(item, context)) return [];
  return [
    {
      field: "allocation",
      message: "addresses are assigned by DHCP, and there is no range of type dhcp",
      hint: `add a range of type dhcp, or set allocation: static; ${supplyHint(context, "Network", "ranges")}`,
    },
  ];
}

function faultsOfNode(item: EffectiveItem, context: RuleContext): Finding[] {
  return nodeAddresses(item.tree).flatMap(({ network: name, text }): Finding[] => {
    if (text !== "dhcp") return [];
    const network = context.lookup("Network", name);
    // One that says itself that it is served by DHCP is told there.
    if (network === undefined || textAt(network.tree, "allocation") === "dhcp" || hasServer(network, context))
      return [];
    return [
      {
        field: `${addressingPath(name)}.address`,
        message: `network ${network.name} has no range of type dhcp`,
        hint: "add one to the network, or give an address",
        related: [{ kind: "Network", name: network.name, field: "ranges", message: "the network" }],
      },
    ];
  });
}

/** Whether somebody answers on the network, as far as can be told. */
function hasServer(network: EffectiveItem, context: RuleContext): boolean {
  const { block, ranges } = networkPlan(network);
  if (block === undefined || ranges.some(({ type }) => type === "dhcp")) return true;
  return network.tree.dhcp_relay !== undefined || !context.isWhole(network, "ranges");
}
