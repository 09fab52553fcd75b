import { memberKey } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** An address is on a network some interface carries. */
export const addressCarried: ItemRule = {
  id: "address-carried",
  severity: "warning",
  summary: "A network a node has an address on is carried by one of its interfaces, or is its out-of-band network.",
  kinds: ["Node"],
  check(item, context) {
    const { kind, name, tree } = item;
    if (!context.isWhole(item)) return [];
    const carried = new Set(membersAt(tree, "interfaces").flatMap((one) => textsAt(one, "networks")));
    const oob = textAt(mapAt(tree, "oob"), "network");
    return membersAt(tree, "addressing").flatMap((entry) => {
      const network = textAt(entry, "network");
      if (
        network === undefined ||
        network === oob ||
        carried.has(network) ||
        context.lookup("Network", network) === undefined
      )
        return [];
      return [
        {
          kind,
          name,
          field: `addressing[${memberKey(network)}]`,
          message: `no interface of ${name} carries network ${network}`,
          hint: "add the network to an interface, or remove the address",
        },
      ];
    });
  },
};
