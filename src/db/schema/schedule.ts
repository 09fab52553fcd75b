import { index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** What is done again and again. `action` is the contract's enum value without prefix, `selector` the JSON of its selector message. */
export const schedule = bedplate.table(
  "schedule",
  {
    design: plainText("design").notNull(),
    name: plainText("name").notNull(),
    action: text("action").notNull(),
    selector: jsonb("selector").$type<Readonly<Record<string, unknown>>>().notNull(),
    intervalSeconds: integer("interval_seconds").notNull(),
    nextAt: moment("next_at").notNull(),
    lastJobId: text("last_job_id").notNull().default(""),
    lastMessage: text("last_message").notNull().default(""),
  },
  (table) => [primaryKey({ columns: [table.design, table.name] }), index("schedule_next").on(table.nextAt)],
);
