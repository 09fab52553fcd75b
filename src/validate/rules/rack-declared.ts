import type { GroupRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A rack nodes stand in is declared. */
export const rackDeclared: GroupRule = {
  id: "rack-declared",
  severity: "warning",
  summary: "The rack a node stands in is declared.",
  why: "A rack says where nodes stand and which switches are theirs. Sites name racks without declaring them, and selectors by rack work all the same, so it is a warning: a slip in the name would put a node into a rack of its own.",
  kinds: ["Node", "Rack"],
  least: 1,
  countsOnly: true,
  inAnyOrder: true,
  facts({ kind, name, tree }) {
    const rack = kind === "Rack" ? name : textAt(mapAt(tree, "metadata"), "rack");
    return rack === undefined
      ? []
      : [{ key: `rack/${rack}`, kind, name, field: kind === "Rack" ? "" : "metadata.rack" }];
  },
  check(facts, context, total) {
    const [first] = facts;
    const rack = first?.key.slice("rack/".length) ?? "";
    if (first === undefined || facts.some(({ kind }) => kind === "Rack")) return [];
    if (!context.isWhole({ kind: "Rack", name: rack })) return [];
    const nodes = total === 1 ? "" : ` (${total} nodes stand in it)`;
    return [
      {
        about: first,
        field: first.field,
        message: `rack ${JSON.stringify(rack)} is not declared${nodes}`,
        hint: "add a document of kind Rack, or ignore this",
      },
    ];
  },
};
