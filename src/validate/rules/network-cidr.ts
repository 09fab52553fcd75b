import { indexPath } from "../../design/field-path.ts";
import { type Block, parseBlock, unfitAs } from "../address.ts";
import { networkPlan } from "../network-plan.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";

/** A network's block is a block, without host bits. */
export const networkCidr: ItemRule = {
  id: "network-cidr",
  severity: "error",
  summary: "A network's cidr is an IPv4 or IPv6 block of unicast addresses without host bits.",
  why: "Everything else about a network is held against its block. One with bits beyond its prefix, such as `10.1.0.5/24`, is either an address in the wrong place or a wrong prefix, and a provisioner refuses it. Multicast, loopback and link-local blocks have no machines of a site.",
  kinds: ["Network"],
  check(item) {
    const field = "cidr";
    const cidr = textAt(item.tree, field);
    if (cidr === undefined) return [];
    const block = parseBlock(cidr);
    if (block === undefined) return [{ field, message: `${shown(cidr)} is no address block`, hint: hintFor(cidr) }];
    if (block.hasHostBits)
      return [{ field, message: `${cidr} has bits beyond its prefix`, hint: "write the first address of the block" }];
    const use = useOf(block);
    if (use !== undefined)
      return [{ field, message: `${cidr} is ${use}`, hint: "give the network a block of its own" }];
    const { isElsewhere, ranges } = networkPlan(item);
    if (!isElsewhere) return [];
    const here = { kind: item.kind, name: item.name };
    return [
      {
        field,
        message: `${cidr} holds none of the network's ranges and gateways`,
        hint: "correct the block, or the ranges and gateways",
        related: [
          ...ranges
            .slice(0, 1)
            .map(({ index }) => ({ ...here, field: indexPath("ranges", index), message: "a range" })),
          ...(item.tree.routes === undefined ? [] : [{ ...here, field: "routes", message: "the routes" }]),
        ],
      },
    ];
  },
};

function useOf(block: Block): string | undefined {
  if (block.prefix === 0) return "every address there is";
  const use = unfitAs({ version: block.version, value: block.first });
  return use && `of a block that is ${use}`;
}

function hintFor(cidr: string): string {
  if (/^[\da-f.:]+$/i.test(cidr)) return "add a prefix length, such as /24";
  if (/\/\d+\.\d+\./.test(cidr)) return "write the mask as a prefix length, such as /24";
  return "write an address and a prefix length, such as 10.1.0.0/24 or fd00:1::/64";
}
