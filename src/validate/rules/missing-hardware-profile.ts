import type { ItemRule } from "../rule.ts";
import { textAt } from "../tree-access.ts";

/** A node says what it is made of. */
export const missingHardwareProfile: ItemRule = {
  id: "missing-hardware-profile",
  severity: "error",
  summary: "A node has a hardware profile.",
  kinds: ["Node"],
  check(item, context) {
    const { kind, name, tree } = item;
    if (textAt(tree, "hardware_profile") !== undefined || !context.isWhole(item)) return [];
    return [
      {
        kind,
        name,
        field: "hardware_profile",
        message: `${name} has no hardware profile`,
        hint: "add hardware_profile: to the node or to its host profile",
      },
    ];
  },
};
