import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { scriptOutput, scriptResult } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { iso, jsonRows } from "./iso.ts";

/** A result as it is written; moments are ISO 8601. */
export interface NewScriptResult {
  readonly type: string;
  readonly script: string;
  readonly providerId: string;
  /** The contract's enum value without prefix. */
  readonly outcome: string;
  readonly exitStatus: number | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly scriptDigest: string;
  readonly outputDigest: string;
  readonly truncated: boolean;
}

/** What a script printed. */
export interface NewScriptOutput {
  readonly digest: string;
  readonly content: string;
  readonly truncated: boolean;
}

/** Results of one node, collected together. */
export interface CollectedResults {
  readonly design: string;
  readonly node: string;
  readonly jobId: string;
  readonly driverInstance: string;
  readonly results: readonly NewScriptResult[];
  /** Those that aren't kept yet; others may be among them. */
  readonly outputs: readonly NewScriptOutput[];
}

/** A result as stored; moments are ISO 8601. */
export type ScriptResultRow = {
  readonly node: string;
  readonly type: string;
  readonly script: string;
  readonly driver_instance: string;
  readonly provider_id: string;
  readonly outcome: string;
  readonly exit_status: number | null;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly script_digest: string;
  readonly output_digest: string;
  readonly truncated: boolean;
  readonly job_id: string;
  readonly collected_at: string;
};

/** What is known of one node: which results, and which outputs. */
export interface KnownResults {
  /** Ids of results in the provisioner, those that this job collected left out. */
  readonly providerIds: ReadonlySet<string>;
  readonly outputs: readonly string[];
  readonly isEmpty: boolean;
}

/** The keys of a row, in the order of lists. */
export const RESULT_KEY_PARTS = 5;

const MOST_KNOWN = 4_096;

/** Writes results down. One that is known already is brought up to date, and stays with the job that collected it first; an output is kept once. */
export function writeScriptResults(db: Db, collected: CollectedResults): Promise<void> {
  const { design, node, jobId, driverInstance, results, outputs } = collected;
  return withTransaction(db, async (tx) => {
    // One at a time: together they may be larger than a statement should be. In order, so that two at once don't wait for each other.
    for (const { digest, content, truncated } of [...outputs].sort((a, b) => (a.digest < b.digest ? -1 : 1))) {
      await tx
        .insert(scriptOutput)
        .values({ digest, content, truncated })
        .onConflictDoUpdate({ target: scriptOutput.digest, set: { usedAt: sql`now()` } });
    }
    const rows = [
      ...new Map(results.map((row) => [JSON.stringify([row.type, row.script, row.providerId]), row])).values(),
    ];
    const columns = sql`type text, script text, "providerId" text, outcome text, "exitStatus" integer, "startedAt" timestamptz,
      "endedAt" timestamptz, "scriptDigest" text, "outputDigest" text, truncated boolean`;
    await tx.execute(sql`
      update ${scriptOutput} set used_at = now() from ${jsonRows(rows, columns)} where ${scriptOutput.digest} = given."outputDigest"`);
    await tx.execute(sql`
      insert into ${scriptResult} (design, node, type, script, driver_instance, provider_id, outcome, exit_status, started_at, ended_at,
        script_digest, output_digest, truncated, job_id)
      select ${design}, ${node}, given.type, given.script, ${driverInstance}, given."providerId", given.outcome, given."exitStatus",
        given."startedAt", given."endedAt", given."scriptDigest", given."outputDigest", given.truncated, ${jobId}
      from ${jsonRows(rows, columns)}
      on conflict (design, node, type, script, driver_instance, provider_id) do update set outcome = excluded.outcome,
        exit_status = excluded.exit_status, started_at = excluded.started_at, ended_at = excluded.ended_at,
        script_digest = excluded.script_digest, output_digest = excluded.output_digest, truncated = excluded.truncated`);
  });
}

/** What was collected of a node before a job did, and the outputs that are kept. */
export async function knownResults(db: Db, design: string, node: string, jobId: string): Promise<KnownResults> {
  const rows = await execute<{ provider_id: string; job_id: string; output: string | null }>(
    db,
    sql`select r.provider_id, r.job_id, o.digest as output from ${scriptResult} as r
      left join ${scriptOutput} as o on o.digest = r.output_digest
      where r.design = ${design} and r.node = ${node} order by r.collected_at desc limit ${MOST_KNOWN}`,
  );
  return {
    providerIds: new Set(rows.filter((row) => row.job_id !== jobId).map((row) => row.provider_id)),
    outputs: [...new Set(rows.flatMap(({ output }) => (output === null ? [] : [output])))],
    isEmpty: rows.length === 0,
  };
}

/** What is asked of results; empty fields ask for all. */
export interface ScriptResultQuery {
  readonly design: string;
  readonly node: string;
  readonly script: string;
  readonly jobId: string;
}

/** The place of a row in lists. */
export function resultKey(row: ScriptResultRow): readonly string[] {
  return [row.node, row.type, row.script, row.driver_instance, row.provider_id];
}

/** Results by node, type, script and id, after a row's key. */
export function listScriptResults(
  db: Db,
  query: ScriptResultQuery,
  after: readonly string[] | undefined,
  limit: number,
): Promise<readonly ScriptResultRow[]> {
  const conditions: SQL[] = [sql`${scriptResult.design} = ${query.design}`];
  if (query.node !== "") conditions.push(sql`${scriptResult.node} = ${query.node}`);
  if (query.script !== "") conditions.push(sql`${scriptResult.script} = ${query.script}`);
  if (query.jobId !== "") conditions.push(sql`${scriptResult.jobId} = ${query.jobId}`);
  const key = sql`(${scriptResult.node}, ${scriptResult.type}, ${scriptResult.script}, ${scriptResult.driverInstance}, ${scriptResult.providerId})`;
  if (after !== undefined) {
    const values = sql.join(
      after.map((part) => sql`${part}`),
      sql`, `,
    );
    conditions.push(sql`${key} > (${values})`);
  }
  return execute<ScriptResultRow>(
    db,
    sql`select ${scriptResult.node}, ${scriptResult.type}, ${scriptResult.script}, ${scriptResult.driverInstance}, ${scriptResult.providerId},
        ${scriptResult.outcome}, ${scriptResult.exitStatus}, ${iso(sql`${scriptResult.startedAt}`)} as started_at,
        ${iso(sql`${scriptResult.endedAt}`)} as ended_at, ${scriptResult.scriptDigest}, ${scriptResult.outputDigest}, ${scriptResult.truncated},
        ${scriptResult.jobId}, ${iso(sql`${scriptResult.collectedAt}`)} as collected_at
      from ${scriptResult} where ${sql.join(conditions, sql` and `)} order by ${key} limit ${limit}`,
  );
}

/** What a script printed, if a result of the design has an output of that digest and it is kept. */
export async function readScriptOutput(db: Db, design: string, digest: string): Promise<NewScriptOutput | undefined> {
  const [row] = await execute<{ digest: string; content: string; truncated: boolean }>(
    db,
    sql`select ${scriptOutput.digest}, ${scriptOutput.content}, ${scriptOutput.truncated} from ${scriptOutput} where ${scriptOutput.digest} = ${digest}
      and exists (select 1 from ${scriptResult} where ${scriptResult.outputDigest} = ${digest} and ${scriptResult.design} = ${design})`,
  );
  return row;
}
