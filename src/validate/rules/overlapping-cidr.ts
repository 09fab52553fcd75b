import { firstOf, formatAddress, parseBlock } from "../address.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** An address block is one network's, whole and in part. */
export const overlappingCidr: GroupRule = {
  id: "overlapping-cidr",
  severity: "error",
  summary: "Address blocks of two networks don't overlap: none is another's, nor lies inside it.",
  why: "Two networks of one block have the same addresses twice, and no route tells them apart. Blocks that overlap always nest: the finding stands on the narrower one, or on the later of two that are the same. Give each network a block of its own, cut where the larger one ends.",
  kinds: ["Network"],
  /** A network speaks of its own block, and of every larger one that holds it, so that any two that meet speak of the same. */
  facts({ kind, name, tree }) {
    const block = parseBlock(textAt(tree, "cidr"));
    // One that is wrong itself has a rule of its own.
    if (block === undefined || block.prefix === 0 || block.hasHostBits) return [];
    const { version, first: value, prefix } = block;
    return Array.from({ length: prefix + 1 }, (_, length): Fact => {
      const first = firstOf({ version, value }, length);
      const role = length === prefix ? "own" : "inside";
      return { key: `cidr/${version}/${first.toString(16)}/${length}`, kind, name, field: "cidr", role };
    });
  },
  check(facts) {
    const first = facts.find(({ role }) => role === "own");
    if (first === undefined) return [];
    const block = blockOf(first.key);
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
              message: `the block lies inside ${block} of network ${first.name}`,
              hint: `make the block of ${first.name} smaller, or take one outside of it`,
            };
      });
  },
};

function blockOf(key: string): string {
  const [, version, first, length] = key.split("/");
  return `${formatAddress({ version: version === "4" ? 4 : 6, value: BigInt(`0x${first}`) })}/${length}`;
}
