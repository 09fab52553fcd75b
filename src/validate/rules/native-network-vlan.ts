import { traitsOf } from "../../design/form-traits.ts";
import { linkTraffic } from "../links.ts";
import type { ItemRule } from "../rule.ts";
import { numberAt } from "../tree-access.ts";

/** A link without trunking sends untagged frames. */
export const nativeNetworkVlan: ItemRule = {
  id: "native-network-vlan",
  severity: "error",
  summary: "The network of a link without trunking has no VLAN id.",
  why: "A link without trunking carries untagged frames, and `vlan` says that a network's frames are tagged: one of the two is not what the switch does. Remove the id, or set the link's trunking mode to 802.1q. In the AIC forms before `drydock/v1` the id names the switch's port-based VLAN and is fine.",
  kinds: ["NetworkLink"],
  check(item, context) {
    const { isTrunk, native } = linkTraffic(item);
    const network = isTrunk ? undefined : context.lookup("Network", native);
    const vlan = numberAt(network?.tree, "vlan");
    if (network === undefined || vlan === undefined || !context.isWhole(item, "trunking.mode")) return [];
    if (traitsOf(context.origin(network, "vlan")?.document.form ?? "").hasPortVlans === true) return [];
    return [
      {
        about: network,
        field: "vlan",
        message: `network ${network.name} has VLAN id ${vlan}, but link ${item.name} carries it untagged`,
        hint: `remove vlan, or set trunking.mode of ${item.name} to 802.1q`,
        related: [{ kind: item.kind, name: item.name, field: "trunking.default_network", message: "the link" }],
      },
    ];
  },
};
