import { type Address, formatAddress, parseAddress } from "../address.ts";
import { memberPath } from "../names.ts";
import { addressingPath, nodeAddresses } from "../node-addresses.ts";
import type { Fact, GroupRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** An address belongs to one machine. */
export const duplicateAddress: GroupRule = {
  id: "duplicate-address",
  severity: "error",
  summary: "An address is given to one node or switch, once.",
  why: "Two machines of one address answer in each other's place. Addresses are compared over all networks, out-of-band ones included, and with the switches' management addresses; IPv6 addresses in whatever spelling.",
  kinds: ["Node", "Rack"],
  facts({ kind, name, tree }) {
    const facts: Fact[] = [];
    const add = (text: string | undefined, address: Address | undefined, field: string) => {
      // There is one way to write an IPv4 address, and many an IPv6 one.
      if (address !== undefined)
        facts.push({ key: `address/${address.version === 4 ? text : formatAddress(address)}`, kind, name, field });
    };
    if (kind === "Node") {
      for (const { network, text, address } of nodeAddresses(tree))
        if (address !== undefined) add(text, address, `${addressingPath(network)}.address`);
      return facts;
    }
    for (const entry of membersAt(tree, "tor_switches")) {
      const text = textAt(entry, "mgmt_ip");
      add(text, parseAddress(text), `${memberPath("tor_switches", textAt(entry, "name") ?? "")}.mgmt_ip`);
    }
    return facts;
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    const address = first.key.slice("address/".length);
    const owner = first.kind === "Rack" ? `a switch of rack ${first.name}` : first.name;
    return others.map((fact) => {
      const isSame = fact.kind === first.kind && fact.name === first.name;
      return {
        about: fact,
        field: fact.field,
        message: `${address} is given to ${owner}${isSame ? " elsewhere" : ""} already`,
        hint: "give each machine an address of its own",
        related: [{ kind: first.kind, name: first.name, field: first.field, message: `${owner} has it` }],
      };
    });
  },
};
