import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { jobNode, plan, task } from "../../db/schema.ts";
import { textArray } from "./text-array.ts";

/** Lets one process at a time, of all on this database, decide which nodes begin. False when another one is at it. Held until the transaction ends. */
export async function lockAdmission(tx: Db): Promise<boolean> {
  const rows = await execute<{ locked: boolean }>(
    tx,
    // Whoever is stopped in the midst of it must not keep the others from theirs for long.
    sql`select pg_try_advisory_xact_lock(hashtextextended('bedplate admission', 0)) as locked,
      set_config('idle_in_transaction_session_timeout', '10000', true)`,
  );
  return rows[0]?.locked ?? false;
}

/** How many nodes of each group of a job are in each state. */
export async function countByGroup(
  tx: Db,
  jobId: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
  const rows = await execute<{ group_name: string; state: string; count: number }>(
    tx,
    sql`select ${jobNode.groupName} as group_name, ${jobNode.state}, count(*)::integer as count from ${jobNode}
      where ${jobNode.jobId} = ${jobId} group by 1, 2`,
  );
  const groups = new Map<string, Record<string, number>>();
  for (const { group_name: group, state, count } of rows) {
    const counts = groups.get(group) ?? {};
    counts[state] = count;
    groups.set(group, counts);
  }
  return groups;
}

/** What nodes at work are counted by. */
export type Scope = "rack" | "driver" | "bmc";

/** How many nodes are at work in each place of a scope, over all jobs. Racks are those of one design. */
export async function nodesAtWork(tx: Db, scope: Scope, design: string): Promise<ReadonlyMap<string, number>> {
  const column = sql.identifier(scope);
  const within = scope === "rack" ? sql`${jobNode.design} = ${design}` : sql`true`;
  const rows = await execute<{ place: string; count: number }>(
    tx,
    sql`select ${column} as place, count(*)::integer as count from ${jobNode}
      where state = 'RUNNING' and ${column} <> '' and ${within} group by 1`,
  );
  return new Map(rows.map(({ place, count }) => [place, count]));
}

/** A node that waits for its turn. */
export type WaitingNode = {
  readonly node: string;
  readonly rack: string;
  readonly driver: string;
  readonly bmc: string;
};

/** The next nodes of a job, in order, that no other job works on, in these groups and in none of the full places. */
export function nextNodes(
  tx: Db,
  job: { readonly id: string; readonly design: string },
  groups: readonly string[],
  full: Readonly<Record<Scope, readonly string[]>>,
  limit: number,
): Promise<readonly WaitingNode[]> {
  return execute<WaitingNode>(
    tx,
    sql`select ${jobNode.node}, ${jobNode.rack}, ${jobNode.driver}, ${jobNode.bmc} from ${jobNode}
      where ${jobNode.jobId} = ${job.id} and ${jobNode.state} = 'WAITING' and ${jobNode.groupName} = any(${textArray(groups)})
        and ${jobNode.rack} <> all(${textArray(full.rack)}) and ${jobNode.driver} <> all(${textArray(full.driver)})
        and ${jobNode.bmc} <> all(${textArray(full.bmc)})
        and ${jobNode.node} not in (select busy.node from ${jobNode} as busy where busy.state = 'RUNNING' and busy.design = ${job.design})
      order by ${jobNode.position} limit ${limit}`,
  );
}

/** Nodes of a job whose turn has to wait because another job works on them, and that don't say so yet. */
export function nodesOfOthers(
  tx: Db,
  job: { readonly id: string; readonly design: string },
  limit: number,
): Promise<readonly { readonly node: string; readonly holder: string }[]> {
  return execute<{ node: string; holder: string }>(
    tx,
    sql`select mine.node, busy.job_id as holder from ${jobNode} as busy
      join ${jobNode} as mine on mine.job_id = ${job.id} and mine.node = busy.node
      where busy.state = 'RUNNING' and busy.design = ${job.design} and busy.job_id <> ${job.id}
        and mine.state = 'WAITING' and mine.message <> 'waits for job ' || busy.job_id || ', which works on it'
      order by mine.position limit ${limit}`,
  );
}

/** Nodes of a job that have not begun, with their tasks: those of some groups, or only those that wait for consent. At most `limit` nodes. */
export async function idleNodes(
  tx: Db,
  jobId: string,
  groups: readonly string[],
  states: readonly string[],
  limit: number,
): Promise<readonly { readonly node: string; readonly group: string; readonly tasks: readonly number[] }[]> {
  const rows = await execute<{ node: string; group_name: string; tasks: number[] }>(
    tx,
    sql`select ${jobNode.node}, ${jobNode.groupName} as group_name,
        array(select ${task.sequence} from ${task} where ${task.jobId} = ${jobNode.jobId} and ${task.subject} = ${jobNode.node}
          and ${task.kind} <> 'PREPARE_SITE' and ${task.state} = 'PENDING' order by ${task.sequence}) as tasks
      from ${jobNode} where ${jobNode.jobId} = ${jobId} and ${jobNode.state} = any(${textArray(states)})
        and ${jobNode.groupName} = any(${textArray(groups)})
      order by ${jobNode.position} limit ${limit}`,
  );
  return rows.map(({ node, group_name: group, tasks }) => ({ node, group, tasks }));
}

/** Whether the plan of a job can't be applied any more, by the database clock. */
export async function planExpired(tx: Db, planId: string): Promise<boolean> {
  const rows = await execute<{ expired: boolean }>(
    tx,
    sql`select ${plan.expiresAt} < now() as expired from ${plan} where ${plan.id} = ${planId}`,
  );
  return rows[0]?.expired ?? true;
}

/** Nodes at work of a job that nothing was heard of for so long: their work may never have begun, or have been given up. The longest first. */
export async function silentNodes(db: Db, jobId: string, silentMs: number, limit: number): Promise<readonly string[]> {
  const rows = await execute<{ node: string }>(
    db,
    sql`select ${jobNode.node} from ${jobNode}
      where ${jobNode.jobId} = ${jobId} and ${jobNode.state} = 'RUNNING' and ${jobNode.since} < now() - make_interval(secs => ${silentMs / 1000})
        and not exists (select 1 from ${task} where ${task.jobId} = ${jobNode.jobId} and ${task.subject} = ${jobNode.node}
          and (${task.state} in ('RUNNING', 'STUCK') or ${task.endedAt} > now() - make_interval(secs => ${silentMs / 1000})))
      order by ${jobNode.since} limit ${limit}`,
  );
  return rows.map(({ node }) => node);
}

/** Notes consent for nodes that wait for it and lets them wait for their turn; answers which these were. */
export async function approveNodes(
  tx: Db,
  jobId: string,
  nodes: readonly string[] | undefined,
): Promise<readonly string[]> {
  const which = nodes === undefined ? sql`true` : sql`${jobNode.node} = any(${textArray(nodes)})`;
  const rows = await execute<{ node: string }>(
    tx,
    sql`update ${jobNode} set approved = true where ${jobNode.jobId} = ${jobId} and ${jobNode.state} = 'GATED' and ${which} returning ${jobNode.node}`,
  );
  return rows.map(({ node }) => node);
}

/** Which of these names are no nodes of a job. */
export async function strangersTo(tx: Db, jobId: string, nodes: readonly string[]): Promise<readonly string[]> {
  const rows = await execute<{ node: string }>(
    tx,
    sql`select ${jobNode.node} from ${jobNode} where ${jobNode.jobId} = ${jobId} and ${jobNode.node} = any(${textArray(nodes)})`,
  );
  const known = new Set(rows.map(({ node }) => node));
  return nodes.filter((node) => !known.has(node));
}
