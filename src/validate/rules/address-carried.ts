import { hostInterfaces } from "../host-interfaces.ts";
import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt } from "../tree-access.ts";

/** An address is on a network some interface carries. */
export const addressCarried: ItemRule = {
  id: "address-carried",
  severity: "warning",
  summary: "A network a node has an address on is carried by one of its interfaces, or is its out-of-band network.",
  why: "An address is configured on the interface that carries its network; without one it is configured nowhere. Sites reserve addresses this way, so it is a warning. Add the network to an interface, or take the address away.",
  kinds: ["Node"],
  check(item, context) {
    const { tree } = item;
    const carried = new Set(hostInterfaces(tree).flatMap(({ networks }) => networks));
    const { type, network: oob } = mapAt(tree, "oob") ?? {};
    // A controller whose network isn't named has a rule of its own.
    if (oob === undefined && (type === "ipmi" || type === "redfish")) return [];
    return nodeAddresses(tree).flatMap(({ network }): Finding[] => {
      if (network === oob) return [];
      if (carried.has(network)) return [];
      if (context.lookup("Network", network) === undefined) return [];
      if (!context.isWhole(item, "interfaces") || !context.isWhole(item, "oob.network")) return [];
      return [
        {
          field: addressingPath(network),
          message: `no interface of the node carries network ${network}`,
          hint: "add the network to an interface, or remove the address",
        },
      ];
    });
  },
};
