import { type Address, blockHolds, parseAddress, parseBlock } from "../address.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { membersAt, textAt } from "../tree-access.ts";

interface Range {
  readonly index: number;
  readonly first: Address;
  readonly last: Address;
}

/** Ranges lie inside their network, run forward and don't overlap. */
export const networkRange: ItemRule = {
  id: "network-range",
  severity: "error",
  summary: "A network's ranges lie inside its cidr, begin before they end, and don't overlap.",
  kinds: ["Network"],
  check({ kind, name, tree }, context) {
    const block = parseBlock(textAt(tree, "cidr") ?? "");
    const findings: Finding[] = [];
    const ranges: Range[] = [];
    membersAt(tree, "ranges").forEach((range, index) => {
      const ends = (["start", "end"] as const).map((end) => {
        const field = `ranges[${index}].${end}`;
        const text = textAt(range, end);
        if (text === undefined) {
          if (context.isWhole({ kind, name, tree, inputs: [] })) {
            findings.push({
              kind,
              name,
              field: `ranges[${index}]`,
              message: `the range has no ${end}`,
              hint: `add ${end}: with an address`,
            });
          }
          return undefined;
        }
        const address = parseAddress(text);
        if (address === undefined)
          findings.push({ kind, name, field, message: `${text} is no address`, hint: "write an IPv4 or IPv6 address" });
        else if (block !== undefined && !blockHolds(block, address)) {
          findings.push({
            kind,
            name,
            field,
            message: `${text} is outside ${textAt(tree, "cidr")}`,
            hint: "give an address of the network",
            related: [{ kind, name, field: "cidr", message: "the network's block" }],
          });
        }
        return address;
      });
      const [first, last] = ends;
      if (first === undefined || last === undefined || first.version !== last.version) return;
      if (first.value > last.value) {
        findings.push({
          kind,
          name,
          field: `ranges[${index}].end`,
          message: "the range ends before it begins",
          hint: "swap start and end",
        });
        return;
      }
      const other = ranges.find(
        (one) => one.first.version === first.version && one.first.value <= last.value && first.value <= one.last.value,
      );
      if (other !== undefined) {
        findings.push({
          kind,
          name,
          field: `ranges[${index}]`,
          message: "the range overlaps another one of its network",
          hint: "give each address one use",
          related: [{ kind, name, field: `ranges[${other.index}]`, message: "the other range" }],
        });
      }
      ranges.push({ index, first, last });
    });
    return findings;
  },
};
