import { type Selector, selectorOfTree } from "../design/selector.ts";
import type { TreeMap } from "../design/tree.ts";
import { memberPath } from "./names.ts";
import { mapAt, membersAt, textAt, textsAt } from "./tree-access.ts";

/** A deployment group as a site says it. */
export interface DeploymentGroup {
  readonly name: string;
  /** Field path of the group. */
  readonly path: string;
  /** Absent where the group says none, so that it selects every node. */
  readonly selector: Selector | undefined;
  readonly dependsOn: readonly string[];
  readonly failure: TreeMap | undefined;
}

/** The deployment groups of a site, in their order; those without a name are left out. */
export function deploymentGroups(site: TreeMap): readonly DeploymentGroup[] {
  return membersAt(site, "deployment_groups").flatMap((group): DeploymentGroup[] => {
    const name = textAt(group, "name");
    if (name === undefined) return [];
    const selector = mapAt(group, "selector");
    return [
      {
        name,
        path: memberPath("deployment_groups", name),
        selector: selector && selectorOfTree(selector),
        dependsOn: textsAt(group, "depends_on"),
        failure: mapAt(group, "failure"),
      },
    ];
  });
}
