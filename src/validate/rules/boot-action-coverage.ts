import type { EffectiveItem } from "../../design/effective-item.ts";
import { compileSelector, type Selectable, selectorOfTree } from "../../design/selector.ts";
import type { GroupRule } from "../rule.ts";
import { selectable } from "../selectable.ts";
import { mapAt } from "../tree-access.ts";

/** A node does something at its first boot. */
export const bootActionCoverage: GroupRule = {
  id: "boot-action-coverage",
  severity: "info",
  summary: "A node is selected by a boot action, where the design has any.",
  why: "Where boot actions prepare machines for what runs on them, a node that none of them selects stays as its image made it. That may be meant; look at the node's tags and rack, and at the selectors. Told once, at the first such node, with how many there are.",
  kinds: ["Node"],
  least: 1,
  countsOnly: true,
  inAnyOrder: true,
  facts(item, context) {
    const actions = context.ofKind("BootAction");
    if (actions.length === 0) return [];
    const node = selectable(item, context);
    if (actions.some((action) => testOf(action)(node)) || !context.isWhole(item, "metadata")) return [];
    if (!actions.every((action) => context.isWhole(action, "nodes"))) return [];
    return [{ key: "no boot action", kind: item.kind, name: item.name, field: "" }];
  },
  check([first], _context, total) {
    if (first === undefined) return [];
    const more = total === 1 ? "" : `, nor ${total - 1} more`;
    const message = `no boot action selects the node${more}`;
    return [{ about: first, message, hint: "fine when nothing is to be done at the first boot" }];
  },
};

const tests = new WeakMap<EffectiveItem, (node: Selectable) => boolean>();

function testOf(action: EffectiveItem): (node: Selectable) => boolean {
  const before = tests.get(action);
  if (before !== undefined) return before;
  const test = compileSelector(selectorOfTree(mapAt(action.tree, "nodes")));
  tests.set(action, test);
  return test;
}
