import { fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import {
  type FailurePolicy,
  FailurePolicySchema,
  type JobPolicy,
} from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { compileSelector, rackOf, type Selectable, selectorOfTree } from "../../design/selector.ts";
import { isTreeMap } from "../../design/tree.ts";
import { serverDriverOf } from "../../plan/drivers-of.ts";
import { mapsAt, textAt, textsAt } from "../../plan/read-tree.ts";
import { profilesOf } from "../../plan/select-nodes.ts";
import type { DesignSnapshot } from "../design-snapshot.ts";
import { mergeFailure } from "../job-policy.ts";
import type { NewJobGroup, NewJobNode } from "../store/insert-job.ts";

/** What a plan has for one node of a job. */
export interface PlannedNode {
  readonly node: string;
  /** Whether any of its steps has something to do. */
  readonly planned: boolean;
  /** Whether any of its steps destroys data. */
  readonly destructive: boolean;
  /** Whether that was consented to. */
  readonly consented: boolean;
}

/** A job's nodes, each in the first group of the design that selects it, and the groups that have any; nodes of no group are in one without a name. */
export function groupNodes(
  { view, specOf }: DesignSnapshot,
  planned: readonly PlannedNode[],
  policy: JobPolicy,
): { readonly nodes: readonly NewJobNode[]; readonly groups: readonly NewJobGroup[] } {
  const declared = mapsAt(view.site, "deployment_groups").map((tree) => ({
    name: textAt(tree, "name"),
    selects: compileSelector(selectorOfTree(isTreeMap(tree.selector) ? tree.selector : undefined)),
    dependsOn: textsAt(tree, "depends_on"),
    failure: isTreeMap(tree.failure) ? failureOf(tree.failure as JsonValue) : undefined,
  }));
  const nodes = planned.map(({ node, ...plan }, index): NewJobNode => {
    const tree = view.nodes.get(node) ?? {};
    const selectable: Selectable = { name: node, tree, hostProfiles: () => profilesOf(tree, view) };
    const gated = plan.planned && plan.destructive && !plan.consented;
    return {
      node,
      groupName: declared.find(({ selects }) => selects(selectable))?.name ?? "",
      position: index + 1,
      rack: rackOf(tree) ?? "",
      driver: serverDriverOf(view, node),
      bmc: specOf(node).spec.identity?.oobAddress ?? "",
      approved: !gated,
      state: plan.planned ? (gated ? "GATED" : "WAITING") : "SKIPPED",
      message: plan.planned ? (gated ? "waits for ApproveNodes: its data would be destroyed" : "") : "up to date",
    };
  });
  const used = new Set(nodes.map(({ groupName }) => groupName));
  const groups = [...declared, { name: "", dependsOn: [], failure: undefined }]
    .filter(({ name }) => used.has(name))
    .map(
      ({ name, dependsOn, failure }, index): NewJobGroup => ({
        name,
        position: index + 1,
        dependsOn: dependsOn.filter((before) => used.has(before) && before !== name),
        failure: toJson(FailurePolicySchema, mergeFailure(policy.failure, failure)) as Record<string, unknown>,
      }),
    );
  return { nodes, groups };
}

function failureOf(tree: JsonValue): FailurePolicy {
  return fromJson(FailurePolicySchema, tree, { ignoreUnknownFields: true });
}
