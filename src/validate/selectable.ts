import type { EffectiveItem } from "../design/effective-item.ts";
import type { Selectable } from "../design/selector.ts";
import type { RuleContext } from "./rule.ts";
import { textAt } from "./tree-access.ts";

/** A node as selectors see it. */
export function selectable({ name, tree }: EffectiveItem, context: Pick<RuleContext, "lookup">): Selectable {
  return {
    name,
    tree,
    hostProfiles() {
      const chain = new Set<string>();
      let profile = textAt(tree, "host_profile");
      while (profile !== undefined && !chain.has(profile)) {
        chain.add(profile);
        profile = textAt(context.lookup("HostProfile", profile)?.tree, "host_profile");
      }
      return [...chain];
    },
  };
}
