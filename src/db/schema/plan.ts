import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * Plans. `header` is the JSON of the contract's plan message; the columns beside it are what is searched by. `basis` is what was observed when the plan was
 * made, to tell later whether the world moved.
 */
export const plan = bedplate.table(
  "plan",
  {
    id: text("id").primaryKey(),
    design: plainText("design").notNull(),
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    action: text("action").notNull(),
    digest: text("digest").notNull(),
    header: jsonb("header").$type<Readonly<Record<string, unknown>>>().notNull(),
    basis: jsonb("basis").$type<Readonly<Record<string, unknown>>>().notNull(),
    author: text("author").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull().default(sql`now() + interval '1 day'`),
  },
  (table) => [
    index("plan_newest").on(table.createdAt, table.id),
    index("plan_design").on(table.design, table.createdAt),
  ],
);

/** The steps of plans, in order from 1, each as the JSON of the contract's step message. */
export const planStep = bedplate.table(
  "plan_step",
  {
    planId: text("plan_id")
      .notNull()
      .references(() => plan.id, { onDelete: "cascade" }),
    sequence: integer("sequence").notNull(),
    stepId: text("step_id").notNull(),
    step: jsonb("step").$type<Readonly<Record<string, unknown>>>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.planId, table.sequence] }),
    uniqueIndex("plan_step_id").on(table.planId, table.stepId),
  ],
);
