import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { jobGroup, jobNode } from "../../db/schema.ts";
import {
  FINAL_GROUP_STATES,
  FINAL_NODE_STATES,
  type JobGroupRow,
  type JobNodeRow,
  jobGroupColumns,
  jobNodeColumns,
} from "./job-node-row.ts";
import { textArray } from "./text-array.ts";

/** Nodes of a job by name, after a name, in one state or in all. */
export function listJobNodes(
  db: Db,
  jobId: string,
  state: string | undefined,
  after: string,
  limit: number,
): Promise<readonly JobNodeRow[]> {
  const inState = state === undefined ? sql`true` : sql`${jobNode.state} = ${state}`;
  return execute<JobNodeRow>(
    db,
    sql`select ${jobNodeColumns} from ${jobNode} where ${jobNode.jobId} = ${jobId} and ${jobNode.node} > ${after} and ${inState}
      order by ${jobNode.node} limit ${limit}`,
  );
}

/** Groups of a job in the order of the design, after a position. */
export function listJobGroups(db: Db, jobId: string, after: number, limit: number): Promise<readonly JobGroupRow[]> {
  return execute<JobGroupRow>(
    db,
    sql`select ${jobGroupColumns} from ${jobGroup} where ${jobGroup.jobId} = ${jobId} and ${jobGroup.position} > ${after}
      order by ${jobGroup.position} limit ${limit}`,
  );
}

/** Nodes of a job that have not ended, in their order. */
export function unfinishedJobNodes(db: Db, jobId: string, limit: number): Promise<readonly JobNodeRow[]> {
  return execute<JobNodeRow>(
    db,
    sql`select ${jobNodeColumns} from ${jobNode}
      where ${jobNode.jobId} = ${jobId} and ${jobNode.state} <> all(${textArray(FINAL_NODE_STATES)})
      order by ${jobNode.position} limit ${limit}`,
  );
}

/** Whether every node and every group of a job has ended. */
export async function allEnded(db: Db, jobId: string): Promise<boolean> {
  const rows = await execute<{ left: boolean }>(
    db,
    sql`select exists (select 1 from ${jobNode} where ${jobNode.jobId} = ${jobId} and ${jobNode.state} in ('WAITING', 'GATED', 'RUNNING'))
      or exists (select 1 from ${jobGroup} where ${jobGroup.jobId} = ${jobId} and ${jobGroup.state} <> all(${textArray(FINAL_GROUP_STATES)})) as left`,
  );
  return rows[0]?.left === false;
}

/** Nodes of an ended job that did not succeed, in their order. */
export async function failedNodes(db: Db, jobId: string): Promise<readonly string[]> {
  const rows = await execute<{ node: string }>(
    db,
    sql`select ${jobNode.node} from ${jobNode} where ${jobNode.jobId} = ${jobId} and ${jobNode.state} in ('FAILED', 'BLOCKED', 'CANCELED')
      order by ${jobNode.position}`,
  );
  return rows.map(({ node }) => node);
}

/** Nodes of a job whose data may be destroyed, because that was consented to. */
export async function approvedNodes(db: Db, jobId: string): Promise<readonly string[]> {
  const rows = await execute<{ node: string }>(
    db,
    sql`select ${jobNode.node} from ${jobNode} where ${jobNode.jobId} = ${jobId} and ${jobNode.approved}`,
  );
  return rows.map(({ node }) => node);
}
