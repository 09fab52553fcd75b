import { parseAddress, unfitAs } from "../address.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** A switch is managed at an address. */
export const switchAddress: ItemRule = {
  id: "switch-address",
  severity: "error",
  summary: "The mgmt_ip of a switch is an IPv4 or IPv6 address a machine can have.",
  why: "A network driver reaches the switch at this address, and no node may have the same. Write the address alone, without a prefix length or port.",
  kinds: ["Rack"],
  check({ tree }) {
    return membersAt(tree, "tor_switches").flatMap((one): Finding[] => {
      const text = textAt(one, "mgmt_ip");
      if (text === undefined) return [];
      const field = `${memberPath("tor_switches", textAt(one, "name") ?? "")}.mgmt_ip`;
      const address = parseAddress(text);
      if (address === undefined)
        return [{ field, message: `${shown(text)} is no address`, hint: "write an IPv4 or IPv6 address" }];
      const use = unfitAs(address);
      if (use === undefined) return [];
      return [{ field, message: `${text} is of a block that is ${use}`, hint: "give the switch's own address" }];
    });
  },
};
