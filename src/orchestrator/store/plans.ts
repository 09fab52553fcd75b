import { create, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type SQL, sql } from "drizzle-orm";
import {
  Action,
  Disposition,
  type Plan,
  PlanSchema,
  type PlanStep,
  PlanStepSchema,
  StepKind,
} from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { job, plan, planStep } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { kindWord } from "../../plan/kind-word.ts";
import type { PlanStep as NewStep } from "../../plan/plan-step.ts";
import { iso, jsonRows } from "./iso.ts";
import { stepJson } from "./step-json.ts";

/** A plan as stored: its header, and what was observed when it was made. */
export interface StoredPlan {
  readonly header: Plan;
  readonly basis: Readonly<Record<string, unknown>>;
  /** Whether it can't be applied any more, by the database clock. */
  readonly expired: boolean;
}

/** Which steps of a plan are meant: after a sequence number, and perhaps only of a disposition or a subject. */
export interface StepQuery {
  readonly after: number;
  readonly disposition?: Disposition;
  readonly subject?: string;
}

type PlanRow = {
  readonly header: JsonValue;
  readonly basis: Record<string, unknown>;
  readonly created_at: string;
  readonly expires_at: string;
  readonly expired: boolean;
};

const STEPS_PER_STATEMENT = 5_000;

/** Writes a plan and its steps down in one transaction, to be applied within `ttlMs` milliseconds, and gives the header with the time of it. */
export function insertPlan(
  db: Db,
  header: Plan,
  steps: readonly NewStep[],
  basis: Readonly<Record<string, unknown>>,
  ttlMs: number,
): Promise<Plan> {
  return withTransaction(db, async (tx) => {
    await tx.insert(plan).values({
      id: header.id,
      design: header.design,
      revision: header.revision,
      action: Action[header.action],
      digest: header.digest,
      header: toJson(PlanSchema, header) as Record<string, unknown>,
      basis,
      author: header.author,
      expiresAt: sql`now() + ${ttlMs} * interval '1 millisecond'`,
    });
    for (let start = 0; start < steps.length; start += STEPS_PER_STATEMENT) {
      const rows = steps.slice(start, start + STEPS_PER_STATEMENT).map((step) => ({
        sequence: step.sequence,
        stepId: step.id,
        step: stepJson(step),
      }));
      await tx.execute(sql`insert into ${planStep} (plan_id, sequence, step_id, step)
        select ${header.id}, given.sequence, given."stepId", given.step
        from ${jsonRows(rows, sql.raw('sequence integer, "stepId" text, step jsonb'))}`);
    }
    const stored = await readPlan(tx, header.id);
    if (stored === undefined) throw new Error("a plan was written and is not there");
    return stored.header;
  });
}

/** A plan, undefined when there is none. */
export async function readPlan(db: Db, id: string): Promise<StoredPlan | undefined> {
  const rows = await execute<PlanRow>(db, sql`select ${planColumns} from ${plan} where ${plan.id} = ${id}`);
  const [row] = rows;
  return row === undefined ? undefined : { header: headerOf(row), basis: row.basis, expired: row.expired };
}

/** Headers of plans, newest first, after the one with the given creation time and id; each with its exact creation time. */
export async function listPlans(
  db: Db,
  design: string,
  after: readonly string[] | undefined,
  limit: number,
): Promise<readonly { readonly header: Plan; readonly createdAt: string }[]> {
  const conditions: SQL[] = [sql`true`];
  if (design !== "") conditions.push(sql`${plan.design} = ${design}`);
  if (after !== undefined)
    conditions.push(sql`(${plan.createdAt}, ${plan.id}) < (${after[0]}::timestamptz, ${after[1]})`);
  const rows = await execute<PlanRow>(
    db,
    sql`select ${plan.header}, '{}'::jsonb as basis, ${planTimes} from ${plan}
      where ${sql.join(conditions, sql` and `)} order by ${plan.createdAt} desc, ${plan.id} desc limit ${limit}`,
  );
  return rows.map((row) => ({ header: headerOf(row), createdAt: row.created_at }));
}

/** Steps of a plan in order. */
export async function listPlanSteps(
  db: Db,
  planId: string,
  { after, disposition = Disposition.UNSPECIFIED, subject = "" }: StepQuery,
  limit: number,
): Promise<readonly PlanStep[]> {
  const conditions: SQL[] = [sql`${planStep.planId} = ${planId}`, sql`${planStep.sequence} > ${after}`];
  if (subject !== "") conditions.push(ofSubject(subject));
  if (disposition !== Disposition.UNSPECIFIED)
    conditions.push(sql`${planStep.step} ->> 'disposition' = ${`DISPOSITION_${Disposition[disposition]}`}`);
  const rows = await execute<{ step: JsonValue }>(
    db,
    sql`select ${planStep.step} from ${planStep} where ${sql.join(conditions, sql` and `)}
      order by ${planStep.sequence} limit ${limit}`,
  );
  return rows.map(({ step }) => fromJson(PlanStepSchema, step));
}

/** Found by their ids, which are indexed: those of a node are named after it, those of the site after driver instances. */
function ofSubject(subject: string): SQL {
  const ids = Object.values(StepKind)
    .filter((kind) => typeof kind === "number")
    .map((kind) => `${kindWord(kind)}/${subject}`);
  const list = sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  );
  return sql`(${planStep.stepId} in (${list}) or ${planStep.stepId} like ${`${kindWord(StepKind.PREPARE_SITE)}/%`})
    and ${planStep.step} ->> 'subject' = ${subject}`;
}

/** Deletes plans that expired so many milliseconds ago and that no job came from, `limit` at most. Gives how many. */
export async function deleteExpiredPlans(db: Db, keptMs: number, limit: number): Promise<number> {
  const rows = await execute<{ id: string }>(
    db,
    sql`delete from ${plan} where ${plan.id} in (
      select old.id from ${plan} as old
      where old.expires_at < now() - ${keptMs} * interval '1 millisecond'
        and not exists (select 1 from ${job} where ${job.planId} = old.id)
      order by old.expires_at limit ${limit}) returning ${plan.id}`,
  );
  return rows.length;
}

/** Forgets a plan that nothing was started from. */
export async function deletePlan(db: Db, id: string): Promise<void> {
  await db.execute(sql`delete from ${plan} where ${plan.id} = ${id}`);
}

/** All steps of a plan in order. */
export async function readPlanSteps(db: Db, planId: string): Promise<readonly PlanStep[]> {
  const steps: PlanStep[] = [];
  for (;;) {
    const more = await listPlanSteps(db, planId, { after: steps.at(-1)?.sequence ?? 0 }, STEPS_PER_STATEMENT);
    for (const step of more) steps.push(step);
    if (more.length < STEPS_PER_STATEMENT) return steps;
  }
}

const planTimes = sql`${iso(sql`${plan.createdAt}`)} as created_at, ${iso(sql`${plan.expiresAt}`)} as expires_at,
  ${plan.expiresAt} <= now() as expired`;
const planColumns = sql`${plan.header}, ${plan.basis}, ${planTimes}`;

function headerOf(row: PlanRow): Plan {
  const header = fromJson(PlanSchema, row.header);
  const [createdAt, expiresAt] = [row.created_at, row.expires_at].map((at) => timestampFromDate(new Date(at)));
  return create(PlanSchema, {
    ...header,
    ...(createdAt !== undefined && { createdAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
}
