import { formatAddress, parseBlock } from "../address.ts";
import type { GroupRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** An address block is one network's. */
export const duplicateCidr: GroupRule = {
  id: "duplicate-cidr",
  severity: "error",
  summary: "An address block belongs to one network.",
  kinds: ["Network"],
  facts({ kind, name, tree }) {
    const block = parseBlock(textAt(tree, "cidr") ?? "");
    if (block === undefined) return [];
    return [
      {
        key: `cidr/${formatAddress({ version: block.version, value: block.first })}/${block.prefix}`,
        kind,
        name,
        field: "cidr",
      },
    ];
  },
  check([first, ...others]) {
    if (first === undefined) return [];
    return others.map(({ kind, name, field }) => ({
      kind,
      name,
      field,
      message: `${first.key.slice("cidr/".length)} is the block of network ${first.name}, too`,
      hint: "give each network a block of its own",
      related: [{ kind: first.kind, name: first.name, field: first.field, message: `network ${first.name}` }],
    }));
  },
};
