import { formatAddress, parseAddress } from "../address.ts";
import { memberKey } from "../names.ts";
import type { GroupRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** An address belongs to one node. */
export const duplicateAddress: GroupRule = {
  id: "duplicate-address",
  severity: "error",
  summary: "An address is given to one node, once.",
  kinds: ["Node"],
  facts({ kind, name, tree }) {
    return membersAt(tree, "addressing").flatMap((entry) => {
      const network = textAt(entry, "network");
      const address = parseAddress(textAt(entry, "address") ?? "");
      if (network === undefined || address === undefined) return [];
      return [
        { key: `address/${formatAddress(address)}`, kind, name, field: `addressing[${memberKey(network)}].address` },
      ];
    });
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    const address = first.key.slice("address/".length);
    return others.map(({ kind, name, field }) => ({
      kind,
      name,
      field,
      message: `${address} is given to ${first.name}${first.name === name ? " on another network" : ""} already`,
      hint: "give each node an address of its own",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `${first.name} has it` }],
    }));
  },
};
