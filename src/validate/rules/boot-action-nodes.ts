import {
  compileSelector,
  DEEPEST_SELECTOR,
  possibleNames,
  selectorDepth,
  selectorOfTree,
} from "../../design/selector.ts";
import type { ItemRule } from "../rule.ts";
import { selectable } from "../selectable.ts";
import { mapAt } from "../tree-access.ts";

/** A boot action runs somewhere. */
export const bootActionNodes: ItemRule = {
  id: "boot-action-nodes",
  severity: "warning",
  summary: "A node that a boot action names fits what else its selector asks for, and selectors nest at most 16 deep.",
  why: `Conditions of different fields must all hold: \`names: [n1]\` with \`racks: [r2]\` selects nothing if n1 stands elsewhere. Use \`any_of\` for alternatives. A selector nested deeper than 16 is an error.`,
  kinds: ["BootAction"],
  check(item, context) {
    const tree = mapAt(item.tree, "nodes");
    if (tree === undefined) return [];
    const selector = selectorOfTree(tree);
    if (selectorDepth(selector) > DEEPEST_SELECTOR) {
      const message = `found a selector nested more than ${DEEPEST_SELECTOR} deep`;
      return [{ field: "nodes", severity: "error", message, hint: "name the nodes, or give them a tag" }];
    }
    const names = possibleNames(selector);
    if (names === undefined) return [];
    const nodes = [...names].map((name) => context.lookup("Node", name)).filter((node) => node !== undefined);
    // A name nobody has is reported where it stands.
    if (nodes.length < names.size || !context.isWhole(item, "nodes")) return [];
    const fits = compileSelector(selector);
    if (nodes.some((node) => fits(selectable(node, context)))) return [];
    if (!nodes.every((node) => context.isWhole(node, "metadata"))) return [];
    const hint = "conditions of different fields must all hold for a node; use any_of for alternatives";
    return [{ field: "nodes", message: "the selector selects no node", hint }];
  },
};
