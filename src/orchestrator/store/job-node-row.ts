import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { sql } from "drizzle-orm";
import {
  type JobGroup,
  JobGroupSchema,
  JobGroupState,
  type JobNode,
  JobNodeSchema,
  JobNodeState,
} from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { FailurePolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { jobGroup, jobNode } from "../../db/schema.ts";
import { iso } from "./iso.ts";
import { lowerCase, moments } from "./job-row.ts";

/** A node of a job as its row says; moments are ISO 8601 text. */
export type JobNodeRow = {
  readonly job_id: string;
  readonly node: string;
  readonly group_name: string;
  readonly state: string;
  readonly message: string;
  readonly since: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
};

/** A group of a job as its row says. */
export type JobGroupRow = {
  readonly job_id: string;
  readonly name: string;
  readonly position: number;
  readonly depends_on: readonly string[];
  readonly failure: JsonValue;
  readonly state: string;
  readonly message: string;
};

/** The columns of a JobNodeRow. */
export const jobNodeColumns = sql`${jobNode.jobId} as job_id, ${jobNode.node}, ${jobNode.groupName} as group_name, ${jobNode.state}, ${jobNode.message},
  ${iso(sql`${jobNode.since}`)} as since, ${iso(sql`${jobNode.startedAt}`)} as started_at, ${iso(sql`${jobNode.endedAt}`)} as ended_at`;

/** The columns of a JobGroupRow. */
export const jobGroupColumns = sql`${jobGroup.jobId} as job_id, ${jobGroup.name}, ${jobGroup.position}, ${jobGroup.dependsOn} as depends_on,
  ${jobGroup.failure}, ${jobGroup.state}, ${jobGroup.message}`;

/** States a node of a job doesn't leave, as rows name them. */
export const FINAL_NODE_STATES = ["SUCCEEDED", "SKIPPED", "FAILED", "BLOCKED", "CANCELED"] as const;

/** States a group of a job doesn't leave, as rows name them. */
export const FINAL_GROUP_STATES = ["SUCCEEDED", "FAILED", "BLOCKED"] as const;

/** The contract's form of a node of a job. */
export function jobNodeMessage(row: JobNodeRow): JobNode {
  return create(JobNodeSchema, {
    jobId: row.job_id,
    node: row.node,
    group: row.group_name,
    state: JobNodeState[row.state as keyof typeof JobNodeState],
    message: row.message,
    ...moments({ since: row.since, startedAt: row.started_at, endedAt: row.ended_at }),
  });
}

/** The contract's form of a group of a job. `nodes` says how many of its nodes are in each state. */
export function jobGroupMessage(row: JobGroupRow, nodes: Readonly<Record<string, number>>): JobGroup {
  return create(JobGroupSchema, {
    jobId: row.job_id,
    name: row.name,
    state: JobGroupState[row.state as keyof typeof JobGroupState],
    message: row.message,
    dependsOn: [...row.depends_on],
    failure: fromJson(FailurePolicySchema, row.failure),
    nodeCounts: lowerCase(nodes),
  });
}
