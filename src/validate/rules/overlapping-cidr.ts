import { firstOf, formatAddress, parseBlock } from "../address.ts";
import type { Fact, GroupFinding, GroupRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** An address block is one network's. */
export const overlappingCidr: GroupRule = {
  id: "overlapping-cidr",
  severity: "error",
  summary: "An address block belongs to one network. One inside another's is a warning.",
  why: "Two networks of one block have the same addresses twice, and no route tells them apart. A block inside another one's is told as a warning: a site may cut a block for routing and use the parts. Give each network a block of its own.",
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
              severity: "warning",
              message: `the block lies inside ${block} of network ${first.name}`,
              hint: "fine when the two never meet; otherwise give each network a block of its own",
            };
      });
  },
};

function blockOf(key: string): string {
  const [, version, first, length] = key.split("/");
  return `${formatAddress({ version: version === "4" ? 4 : 6, value: BigInt(`0x${first}`) })}/${length}`;
}
