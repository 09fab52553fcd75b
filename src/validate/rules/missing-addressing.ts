import type { ItemRule } from "../rule.ts";
import { supplyHint } from "../supply-hint.ts";
import { membersAt } from "../tree-access.ts";

/** A node has addresses. */
export const missingAddressing: ItemRule = {
  id: "missing-addressing",
  severity: "error",
  summary: "A node has at least one address.",
  why: "A node without any address is on no network: neither its controller nor the machine can be reached. Addresses are formation data, so the hint names the layers that may give them.",
  kinds: ["Node"],
  check(item, context) {
    const field = "addressing";
    if (membersAt(item.tree, field).length > 0 || !context.isWhole(item, field)) return [];
    return [{ field, message: "the node has no address on any network", hint: supplyHint(context, "Node", field) }];
  },
};
