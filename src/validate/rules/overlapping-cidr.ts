import { firstOf, formatAddress, parseBlock } from "../address.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** An address block is one network's. */
export const overlappingCidr: GroupRule = {
  id: "overlapping-cidr",
  severity: "error",
  summary: "An address block belongs to one network. One inside another's is a warning.",
  kinds: ["Network"],
  /** A network speaks of its own block, and of every larger one that holds it, so that any two that meet speak of the same. */
  facts({ kind, name, tree }) {
    const block = parseBlock(textAt(tree, "cidr"));
    if (block === undefined) return [];
    const { version, first: value, prefix } = block;
    return Array.from({ length: prefix + 1 }, (_, length): Fact => {
      const first = firstOf({ version, value }, length);
      const role = length === prefix ? "own" : "inside";
      return { key: `cidr/${formatAddress({ version, value: first })}/${length}`, kind, name, field: "cidr", role };
    });
  },
  check(facts) {
    const first = facts.find(({ role }) => role === "own");
    if (first === undefined) return [];
    const block = first.key.slice("cidr/".length);
    const related = [{ kind: first.kind, name: first.name, field: first.field, message: `network ${first.name}` }];
    return facts
      .filter((fact) => fact !== first)
      .map((fact): GroupFinding => {
        const at = { about: fact, field: "cidr", related };
        return fact.role === "own"
          ? {
              ...at,
              message: `${block} is the block of network ${first.name}, too`,
              hint: "give each network a block of its own",
            }
          : {
              ...at,
              severity: "warning",
              message: `the block lies inside ${block} of network ${first.name}`,
              hint: "fine when the two never meet; otherwise give each network a block of its own",
            };
      });
  },
};
