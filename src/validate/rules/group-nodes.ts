import { compileSelector, DEEPEST_SELECTOR, possibleNames, selectorDepth } from "../../design/selector.ts";
import { deploymentGroups } from "../deployment-groups.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { selectable } from "../selectable.ts";

/** A deployment group has nodes. */
export const groupNodes: ItemRule = {
  id: "group-nodes",
  severity: "warning",
  summary:
    "A node that a deployment group names fits what else its selector asks for, and selectors nest at most 16 deep.",
  why: `Conditions of different fields must all hold: \`names: [n1]\` with \`racks: [r2]\` selects nothing if n1 stands elsewhere, and groups that depend on an empty one don't wait. Use \`any_of\` for alternatives. A selector nested deeper than 16 is an error.`,
  kinds: ["Site"],
  check: (item, context) =>
    deploymentGroups(item.tree).flatMap(({ path, selector }): Finding[] => {
      if (selector === undefined) return [];
      const field = `${path}.selector`;
      if (selectorDepth(selector) > DEEPEST_SELECTOR) {
        const message = `found a selector nested more than ${DEEPEST_SELECTOR} deep`;
        return [{ field, severity: "error", message, hint: "name the nodes, or give them a tag" }];
      }
      const names = possibleNames(selector);
      if (names === undefined) return [];
      const nodes = [...names].map((name) => context.lookup("Node", name)).filter((node) => node !== undefined);
      // A name nobody has is reported where it stands.
      if (nodes.length < names.size || !context.isWhole(item, field)) return [];
      const fits = compileSelector(selector);
      if (nodes.some((node) => fits(selectable(node, context)))) return [];
      if (!nodes.every((node) => context.isWhole(node, "metadata"))) return [];
      const hint = "conditions of different fields must all hold for a node; use any_of for alternatives";
      return [{ field, message: "the selector selects no node", hint }];
    }),
};
