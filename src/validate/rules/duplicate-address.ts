import { formatAddress, parseAddress } from "../address.ts";
import { memberPath } from "../names.ts";
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
    const isRack = kind === "Rack";
    return membersAt(tree, isRack ? "tor_switches" : "addressing").flatMap((entry): Fact[] => {
      const text = textAt(entry, isRack ? "mgmt_ip" : "address");
      const address = parseAddress(text);
      if (address === undefined) return [];
      // There is one way to write an IPv4 address, and many an IPv6 one.
      const usual = address.version === 4 ? text : formatAddress(address);
      const field = isRack
        ? `${memberPath("tor_switches", textAt(entry, "name") ?? "")}.mgmt_ip`
        : `${memberPath("addressing", textAt(entry, "network") ?? "")}.address`;
      return [{ key: `address/${usual}`, kind, name, field }];
    });
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
