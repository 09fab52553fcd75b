import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A node says what it is made of. */
export const missingHardwareProfile: ItemRule = {
  id: "missing-hardware-profile",
  severity: "error",
  summary: "A node has a hardware profile.",
  why: `The hardware profile says what a node is made of, and which devices the aliases of its interfaces and disks stand for. Without one nothing can be verified or bound to a device. Mostly a host profile gives it.`,
  kinds: ["Node"],
  looksAt: { Node: ["hardware_profile"] },
  check(item, context) {
    const field = "hardware_profile";
    if (textAt(item.tree, field) !== undefined || !context.isWhole(item, field)) return [];
    const hint = "add hardware_profile: to the node or to its host profile";
    return [{ field, message: "the node has no hardware profile", hint }];
  },
};
