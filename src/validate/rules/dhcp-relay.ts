import { blockHolds, parseAddress, unfitAs, unusableAs } from "../address.ts";
import { networkPlan } from "../network-plan.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A DHCP relay stands on its network and knows its server. */
export const dhcpRelay: ItemRule = {
  id: "dhcp-relay",
  severity: "error",
  summary: "A DHCP relay has an address inside its network, and the address of a server outside.",
  why: "The relay hears requests on the network (`self_ip`) and sends them to a DHCP server elsewhere (`upstream_target`). With a wrong address nodes of the network get no answer when they boot. A server on the network itself hears the requests without a relay.",
  kinds: ["Network"],
  check(item, context) {
    const relay = mapAt(item.tree, "dhcp_relay");
    if (relay === undefined) return [];
    const { block } = networkPlan(item);
    const related = [{ kind: item.kind, name: item.name, field: "cidr", message: "the network's block" }];
    const cidr = textAt(item.tree, "cidr");
    const faultOf = (end: "self_ip" | "upstream_target"): Finding[] => {
      const field = `dhcp_relay.${end}`;
      const text = textAt(relay, end);
      if (text === undefined) {
        if (end === "self_ip" || !context.isWhole(item, field)) return [];
        return [
          {
            field: "dhcp_relay",
            message: "the relay has no upstream_target",
            hint: "add the address of the DHCP server",
          },
        ];
      }
      const address = parseAddress(text);
      if (address === undefined)
        return [{ field, message: `${shown(text)} is no address`, hint: "write an IPv4 or IPv6 address" }];
      const use = unfitAs(address);
      if (use !== undefined)
        return [{ field, message: `${text} is of a block that is ${use}`, hint: "give the address of a machine" }];
      if (block === undefined) return [];
      if (end === "upstream_target") {
        if (!blockHolds(block, address)) return [];
        const message = `the server ${text} is on the network itself, where it needs no relay`;
        return [{ field, severity: "warning", message, hint: "remove dhcp_relay, or correct the address", related }];
      }
      if (!blockHolds(block, address))
        return [
          { field, message: `${text} is outside ${cidr}`, hint: "give the relay's address on this network", related },
        ];
      const unusable = unusableAs(block, address);
      if (unusable === undefined) return [];
      return [
        { field, message: `${text} is the ${unusable} address of its network`, hint: "give another address", related },
      ];
    };
    return [...faultOf("self_ip"), ...faultOf("upstream_target")];
  },
};
