import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { mapAt, membersAt, textAt, textsAt } from "../tree-access.ts";

/** An address is on a network some interface carries. */
export const addressCarried: ItemRule = {
  id: "address-carried",
  severity: "error",
  summary: "A network a node has an address on is carried by one of its interfaces, or is its out-of-band network.",
  kinds: ["Node"],
  check(item, context) {
    const { tree } = item;
    const interfaces = membersAt(tree, "interfaces");
    const isCarried = (network: string) => interfaces.some((one) => textsAt(one, "networks").includes(network));
    const oob = textAt(mapAt(tree, "oob"), "network");
    return membersAt(tree, "addressing").flatMap((entry): Finding[] => {
      const network = textAt(entry, "network");
      if (network === undefined || network === oob || isCarried(network)) return [];
      if (context.lookup("Network", network) === undefined) return [];
      if (!context.isWhole(item, "interfaces") || !context.isWhole(item, "oob.network")) return [];
      return [
        {
          field: memberPath("addressing", network),
          message: `no interface of the node carries network ${network}`,
          hint: "add the network to an interface, or remove the address",
        },
      ];
    });
  },
};
