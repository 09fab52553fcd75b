import type { RuleContext, Subject } from "./rule.ts";

/**
 * Whether an item is a host profile of a design that has nodes. What its parts come to together a child may mend, so there the nodes are looked at; where there
 * are none, profiles are all there is to look at.
 */
export function isAbstract({ kind }: Subject, context: Pick<RuleContext, "hasKind">): boolean {
  return kind === "HostProfile" && context.hasKind("Node");
}
