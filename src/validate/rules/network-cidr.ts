import { parseBlock } from "../address.ts";
import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A network's block is a block, without host bits. */
export const networkCidr: ItemRule = {
  id: "network-cidr",
  severity: "error",
  summary: "A network's cidr is an IPv4 or IPv6 block without host bits.",
  kinds: ["Network"],
  check({ kind, name, tree }) {
    const cidr = textAt(tree, "cidr");
    if (cidr === undefined) return [];
    const block = parseBlock(cidr);
    if (block === undefined) {
      return [
        {
          kind,
          name,
          field: "cidr",
          message: `${cidr} is no address block`,
          hint: "write an address and a prefix length, such as 10.1.0.0/24",
        },
      ];
    }
    if (!block.hasHostBits) return [];
    return [
      {
        kind,
        name,
        field: "cidr",
        message: `${cidr} has bits beyond its prefix`,
        hint: "write the first address of the block",
      },
    ];
  },
};
