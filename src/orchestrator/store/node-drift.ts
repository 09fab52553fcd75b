import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import type { StoredDrift } from "../../db/schema/drift.ts";
import { nodeDrift, task } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import type { FoundDrift } from "../../plan/design-drift.ts";
import { oneLine } from "../one-line.ts";
import { iso } from "./iso.ts";

/** How one node was found to differ from one revision. */
export interface DriftFinding {
  readonly design: string;
  readonly node: string;
  readonly revision: bigint;
  readonly jobId: string;
  readonly found: readonly FoundDrift[];
}

/** A node's differences as stored; times are ISO 8601, revisions decimal. */
export type DriftRow = {
  readonly node: string;
  readonly revision: string;
  readonly job_id: string;
  readonly compared_at: string;
  readonly differences: readonly StoredDrift[];
  readonly difference_count: number;
};

/** Differences kept of one node; how many there are is kept beside. */
const KEPT = 256;

/** Writes down how a node differs, in the place of what was known before. A difference known before keeps the moment since when it is. */
export function writeDrift(db: Db, { design, node, revision, jobId, found }: DriftFinding): Promise<void> {
  return withTransaction(db, async (tx) => {
    const [known] = await execute<{ differences: readonly StoredDrift[] | null; now: string }>(
      tx,
      sql`select ${iso(sql`now()`)} as now, (select ${nodeDrift.differences} from ${nodeDrift}
        where ${nodeDrift.design} = ${design} and ${nodeDrift.node} = ${node} for update) as differences`,
    );
    const since = new Map((known?.differences ?? []).map((each) => [keyOf(each), each.since]));
    const differences = found.slice(0, KEPT).map((each): StoredDrift => {
      const stored = {
        object: oneLine(each.object, 512),
        field: oneLine(each.field),
        designed: oneLine(each.designed),
        observed: oneLine(each.observed),
      };
      return { ...stored, since: since.get(keyOf(stored)) ?? known?.now ?? "" };
    });
    const row = { revision, jobId, comparedAt: sql`now()`, differences, differenceCount: found.length };
    await tx
      .insert(nodeDrift)
      .values({ design, node, ...row })
      .onConflictDoUpdate({ target: [nodeDrift.design, nodeDrift.node], set: row });
  });
}

/** Forgets how a node differed. */
export async function forgetDrift(db: Db, design: string, node: string): Promise<void> {
  await db.execute(sql`delete from ${nodeDrift} where ${nodeDrift.design} = ${design} and ${nodeDrift.node} = ${node}`);
}

/** What is asked of the differences of a design. */
export interface DriftQuery {
  readonly design: string;
  /** The nodes that are looked at: those of the design. */
  readonly nodes: readonly string[];
  /** Whether nodes without a difference are given too. */
  readonly withUnchanged: boolean;
}

/** Differences by node, names in code unit order, after a name. */
export function listDrift(db: Db, query: DriftQuery, after: string, limit: number): Promise<readonly DriftRow[]> {
  const conditions: SQL[] = [
    sql`${nodeDrift.design} = ${query.design}`,
    sql`${nodeDrift.node} > ${after}`,
    sql`${nodeDrift.node} in (select jsonb_array_elements_text(${JSON.stringify(query.nodes)}::text::jsonb))`,
  ];
  if (!query.withUnchanged) conditions.push(sql`${nodeDrift.differenceCount} > 0`);
  return execute<DriftRow>(
    db,
    sql`select ${nodeDrift.node}, ${nodeDrift.revision}::text as revision, ${nodeDrift.jobId},
        ${iso(sql`${nodeDrift.comparedAt}`)} as compared_at, ${nodeDrift.differences}, ${nodeDrift.differenceCount}
      from ${nodeDrift} where ${sql.join(conditions, sql` and `)} order by ${nodeDrift.node} limit ${limit}`,
  );
}

/** What a comparison without a difference is called in its task. */
export const AS_DESIGNED = "as designed";

/** How many nodes a job compared, and how many of them differed. */
export async function countCompared(
  db: Db,
  jobId: string,
): Promise<{ readonly compared: number; readonly differ: number }> {
  // Its own tasks tell, because another job may have compared the same nodes since.
  const [row] = await execute<{ compared: number; differ: number }>(
    db,
    sql`select count(*)::integer as compared, (count(*) filter (where ${task.message} <> ${AS_DESIGNED}))::integer as differ
      from ${task} where ${task.jobId} = ${jobId} and ${task.kind} = 'VERIFY_DESIGN' and ${task.state} = 'SUCCEEDED'`,
  );
  return row ?? { compared: 0, differ: 0 };
}

function keyOf({ object, field, designed }: Pick<StoredDrift, "object" | "field" | "designed">): string {
  return JSON.stringify([object, field, designed]);
}
