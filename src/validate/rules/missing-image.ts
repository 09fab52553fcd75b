import type { ItemRule } from "../rule.ts";
import { mapAt, textAt } from "../tree-access.ts";

/** A node says what is installed on it. */
export const missingImage: ItemRule = {
  id: "missing-image",
  severity: "error",
  summary: "A node has an image.",
  why: `Nothing can be installed on a node without an image. Mostly a host profile gives \`platform.image\` for all its nodes.`,
  kinds: ["Node"],
  looksAt: { Node: ["platform"] },
  check(item, context) {
    const field = "platform.image";
    if (textAt(mapAt(item.tree, "platform"), "image") !== undefined || !context.isWhole(item, field)) return [];
    const hint = "add platform.image to the node or to its host profile";
    return [{ field, message: "the node has no image to install", hint }];
  },
};
