import { create, fromJson, type JsonValue, toJson } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type SQL, sql } from "drizzle-orm";
import {
  Action,
  type Plan,
  PlanSchema,
  type PlanStep,
  PlanStepSchema,
} from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { plan, planStep } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { iso, jsonRows } from "./iso.ts";

/** A plan as stored: its header, and what was observed when it was made. */
export interface StoredPlan {
  readonly header: Plan;
  readonly basis: Readonly<Record<string, unknown>>;
}

type PlanRow = { readonly header: JsonValue; readonly basis: Record<string, unknown>; readonly created_at: string };

const STEPS_PER_STATEMENT = 5_000;

/** Writes a plan and its steps down in one transaction and gives the header with the time of it. */
export function insertPlan(
  db: Db,
  header: Plan,
  steps: readonly PlanStep[],
  basis: Readonly<Record<string, unknown>>,
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
    });
    for (let start = 0; start < steps.length; start += STEPS_PER_STATEMENT) {
      const rows = steps.slice(start, start + STEPS_PER_STATEMENT).map((step) => ({
        sequence: step.sequence,
        stepId: step.id,
        step: toJson(PlanStepSchema, step),
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
  return rows[0] === undefined ? undefined : { header: headerOf(rows[0]), basis: rows[0].basis };
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
    sql`select ${plan.header}, '{}'::jsonb as basis, ${iso(sql`${plan.createdAt}`)} as created_at from ${plan}
      where ${sql.join(conditions, sql` and `)} order by ${plan.createdAt} desc, ${plan.id} desc limit ${limit}`,
  );
  return rows.map((row) => ({ header: headerOf(row), createdAt: row.created_at }));
}

/** Steps of a plan in order, after a sequence number. */
export async function listPlanSteps(
  db: Db,
  planId: string,
  after: number,
  limit: number,
): Promise<readonly PlanStep[]> {
  const rows = await execute<{ step: JsonValue }>(
    db,
    sql`select ${planStep.step} from ${planStep} where ${planStep.planId} = ${planId} and ${planStep.sequence} > ${after}
      order by ${planStep.sequence} limit ${limit}`,
  );
  return rows.map(({ step }) => fromJson(PlanStepSchema, step));
}

/** All steps of a plan in order. */
export async function readPlanSteps(db: Db, planId: string): Promise<readonly PlanStep[]> {
  const steps: PlanStep[] = [];
  for (;;) {
    const more = await listPlanSteps(db, planId, steps.at(-1)?.sequence ?? 0, STEPS_PER_STATEMENT);
    for (const step of more) steps.push(step);
    if (more.length < STEPS_PER_STATEMENT) return steps;
  }
}

const planColumns = sql`${plan.header}, ${plan.basis}, ${iso(sql`${plan.createdAt}`)} as created_at`;

function headerOf(row: PlanRow): Plan {
  const header = fromJson(PlanSchema, row.header);
  return create(PlanSchema, { ...header, createdAt: timestampFromDate(new Date(row.created_at)) });
}
