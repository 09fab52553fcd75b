import type { ItemRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A node's rack is declared. */
export const rackDeclared: ItemRule = {
  id: "rack-declared",
  severity: "warning",
  summary: "The rack a node stands in is declared.",
  kinds: ["Node"],
  check({ kind, name, tree }, context) {
    const rack = textAt(mapAt(tree, "metadata"), "rack");
    if (rack === undefined || context.lookup("Rack", rack) !== undefined) return [];
    return [
      {
        kind,
        name,
        field: "metadata.rack",
        message: `rack ${rack} is not declared`,
        hint: "add a document of kind Rack, or ignore this",
      },
    ];
  },
};
