import { type DeploymentGroup, deploymentGroups } from "../deployment-groups.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";

/** No deployment group waits for itself. */
export const groupCycle: ItemRule = {
  id: "group-cycle",
  severity: "error",
  summary: "No deployment group depends on itself, directly or through others.",
  why: `Groups that depend on each other in a circle would wait for each other for ever. Take one of the dependencies out.`,
  kinds: ["Site"],
  looksAt: { Site: ["deployment_groups"] },
  check(item) {
    const groups = new Map(deploymentGroups(item.tree).map((group) => [group.name, group]));
    const done = new Set<string>();
    const findings: Finding[] = [];
    for (const start of groups.values()) findCycles(start, groups, done, findings);
    return findings;
  },
};

/** Walks from one group on, without recursion: a chain may be as long as there are groups. Every dependency that closes a circle is found once. */
function findCycles(
  start: DeploymentGroup,
  groups: ReadonlyMap<string, DeploymentGroup>,
  done: Set<string>,
  findings: Finding[],
): void {
  if (done.has(start.name)) return;
  const path: { readonly group: DeploymentGroup; next: number }[] = [{ group: start, next: 0 }];
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const name = last.group.dependsOn[last.next++];
    if (name === undefined) {
      done.add(last.group.name);
      path.pop();
      continue;
    }
    const group = groups.get(name);
    if (group === undefined || done.has(name)) continue;
    const from = path.findIndex((each) => each.group.name === name);
    if (from < 0) path.push({ group, next: 0 });
    else {
      const circle = [...path.slice(from).map((each) => each.group.name), name].map(shown).join(" → ");
      findings.push({
        field: memberPath(`${last.group.path}.depends_on`, name),
        message: `deployment groups wait for each other in a circle: ${circle}`,
        hint: "take one of these dependencies out",
      });
    }
  }
}
