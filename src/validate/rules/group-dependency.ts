import { suggest } from "../../text/suggest.ts";
import { deploymentGroups } from "../deployment-groups.ts";
import { memberPath } from "../names.ts";
import type { ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";

/** A deployment group waits for groups that there are. */
export const groupDependency: ItemRule = {
  id: "group-dependency",
  severity: "error",
  summary: "A deployment group depends on groups that the site has.",
  why: `A name that no entry of \`deployment_groups\` has is mostly a slip. The nodes of the group would begin without waiting for those that were meant.`,
  kinds: ["Site"],
  looksAt: { Site: ["deployment_groups"] },
  check(item, context) {
    const groups = deploymentGroups(item.tree);
    const known = new Set(groups.map(({ name }) => name));
    if (!context.isWhole(item, "deployment_groups")) return [];
    return groups.flatMap(({ path, dependsOn }) =>
      dependsOn
        .filter((name) => !known.has(name))
        .map((name) => {
          const near = suggest(name, known);
          return {
            field: memberPath(`${path}.depends_on`, name),
            message: `deployment group ${shown(name)} doesn't exist`,
            hint: near === undefined ? `add ${shown(name)} to deployment_groups` : `did you mean ${near}?`,
          };
        }),
    );
  },
};
