import { possibleNames } from "../../design/selector.ts";
import { deploymentGroups } from "../deployment-groups.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { numberAt } from "../tree-access.ts";

/** A deployment group can succeed. */
export const groupRequirement: ItemRule = {
  id: "group-requirement",
  severity: "error",
  summary: "A deployment group that names its nodes requires no more of them to succeed than it names.",
  why: `A group of three nodes of which five must succeed fails whatever happens, and the groups that depend on it never begin. Say how many with \`require_nodes\`, or which share with \`require_percent\`; without either, all must succeed.`,
  kinds: ["Site"],
  looksAt: { Site: ["deployment_groups"] },
  check: (item, context) =>
    deploymentGroups(item.tree).flatMap(({ path, selector, failure }): Finding[] => {
      const required = numberAt(failure, "require_nodes");
      const names = selector && possibleNames(selector);
      if (required === undefined || names === undefined || required <= names.size) return [];
      if (!context.isWhole(item, path)) return [];
      const message = `${required} nodes must succeed, and the group names ${names.size}`;
      const hint = names.size === 0 ? "name its nodes" : `require at most ${names.size}, or a share by require_percent`;
      return [{ field: `${path}.failure.require_nodes`, message, hint }];
    }),
};
