import type { ItemRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A node says what is installed on it. */
export const missingImage: ItemRule = {
  id: "missing-image",
  severity: "error",
  summary: "A node has an image.",
  kinds: ["Node"],
  check(item, context) {
    const { kind, name, tree } = item;
    if (textAt(mapAt(tree, "platform"), "image") !== undefined || !context.isWhole(item)) return [];
    return [
      {
        kind,
        name,
        field: "platform.image",
        message: `${name} has no image to install`,
        hint: "add platform.image to the node or to its host profile",
      },
    ];
  },
};
