import type { CelInput } from "@bufbuild/cel";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { and, eq, isNull, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { asBuilt, effectiveItem, nodeStatus } from "../../db/schema.ts";
import type { Tree, TreeMap } from "../../design/tree.ts";
import { celValue } from "../../validate/cel-values.ts";
import { differenceTree } from "../messages/hardware-difference.ts";

/** What is known of a node beside its design. */
export interface NodeState {
  /** Null when nothing was ever recorded. */
  readonly status: typeof nodeStatus.$inferSelect | null;
  readonly asBuiltDigest: string | null;
  readonly designChanged: boolean;
}

/** The columns of a node's state, for a query over effective items that joins `ofStatus` and `ofAsBuilt`. */
export const nodeStateColumns = {
  status: nodeStatus,
  asBuiltDigest: asBuilt.digest,
  // The same again as when the node was deployed is no change, whatever it was between.
  designChanged: sql<boolean>`(case when ${nodeStatus.deployedRevision} is null
    or ${effectiveItem.fromRevision} is null or ${effectiveItem.fromRevision} <= ${nodeStatus.deployedRevision} then false else not exists (
      select 1 from bedplate.effective_item as deployed
      where deployed.design = ${effectiveItem.design} and deployed.kind = ${effectiveItem.kind}
        and deployed.name = ${effectiveItem.name} and deployed.digest = ${effectiveItem.digest}
        and deployed.from_revision <= ${nodeStatus.deployedRevision}
        and (deployed.to_revision is null or deployed.to_revision > ${nodeStatus.deployedRevision})) end)`,
};

/** Joins the status of nodes to effective items. */
export const ofStatus = and(
  eq(nodeStatus.design, effectiveItem.design),
  eq(nodeStatus.node, effectiveItem.name),
  eq(effectiveItem.kind, "Node"),
);

/** Joins the as-built manifests of nodes to effective items. */
export const ofAsBuilt = and(
  eq(asBuilt.design, effectiveItem.design),
  eq(asBuilt.node, effectiveItem.name),
  eq(effectiveItem.kind, "Node"),
);

/** What is known of nodes now beside their status, by node; of those of which anything is. */
export async function readNodeStates(
  db: Db,
  design: string,
  nodes: readonly string[],
): Promise<ReadonlyMap<string, Omit<NodeState, "status">>> {
  const { asBuiltDigest, designChanged } = nodeStateColumns;
  const rows = await db
    .select({ node: nodeStatus.node, asBuiltDigest, designChanged })
    .from(nodeStatus)
    .leftJoin(asBuilt, and(eq(asBuilt.design, nodeStatus.design), eq(asBuilt.node, nodeStatus.node)))
    .leftJoin(effectiveItem, and(ofStatus, isNull(effectiveItem.toRevision)))
    .where(
      and(
        eq(nodeStatus.design, design),
        sql`${nodeStatus.node} in (select jsonb_array_elements_text(${JSON.stringify(nodes)}::text::jsonb))`,
      ),
    );
  return new Map(rows.map(({ node, ...state }) => [node, state]));
}

/** The fields of a node's state, by their names in the contract, for suggestions. */
export const NODE_STATE_FIELDS = [
  ...["node", "phase", "conditions", "last_job_id", "provider_id", "addresses", "hardware_verdict"],
  ...["hardware_differences", "deployed_spec_digest", "called_in_at", "updated_at", "as_built_digest"],
  ...["deployed_revision", "design_changed", "phase_since"],
];

/** A node's state as plain data, in the names of the contract; enums without prefix, moments in ISO 8601. */
export function nodeStateTree(node: string, { status, asBuiltDigest, designChanged }: NodeState): TreeMap {
  return {
    node,
    phase: status?.phase ?? "UNSPECIFIED",
    conditions: (status?.conditions ?? []).map((condition) => ({ ...condition })),
    last_job_id: status?.lastJobId ?? "",
    provider_id: status?.providerId ?? "",
    addresses: status?.addresses ?? [],
    hardware_verdict: status?.hardwareVerdict ?? "UNSPECIFIED",
    hardware_differences: (status?.hardwareDifferences ?? []).map(differenceTree),
    deployed_spec_digest: status?.deployedSpecDigest ?? "",
    as_built_digest: asBuiltDigest ?? "",
    deployed_revision: Number(status?.deployedRevision ?? 0n),
    design_changed: designChanged,
    ...(status?.calledInAt && { called_in_at: status.calledInAt.toISOString() }),
    ...(status && { updated_at: status.updatedAt.toISOString() }),
    ...(status?.phaseSince && { phase_since: status.phaseSince.toISOString() }),
  };
}

/** The same as CEL has it: moments are timestamps. */
export function nodeStateCel(node: string, state: NodeState): CelInput {
  const { conditions, ...rest } = nodeStateTree(node, state);
  const { status } = state;
  const value = new Map(Object.entries(rest).map(([key, each]): [string, CelInput] => [key, celValue(each)]));
  const moment = (key: string, at: Date | null | undefined) => at && value.set(key, timestampFromDate(at));
  moment("called_in_at", status?.calledInAt);
  moment("updated_at", status?.updatedAt);
  moment("phase_since", status?.phaseSince);
  value.set("conditions", (conditions as readonly TreeMap[]).map(conditionCel));
  return value;
}

function conditionCel({ since, ...condition }: TreeMap): CelInput {
  const value = new Map(
    Object.entries(condition).map(([key, each]): [string, CelInput] => [key, celValue(each as Tree)]),
  );
  return value.set("since", timestampFromDate(new Date(String(since))));
}
