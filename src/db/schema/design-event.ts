import { bigint, index, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * Changes of designs for those who watch. A row stands for the numbers from `first_sequence` to `last_sequence` of its design's stream: for a revision, one for
 * each effective item it changed, in the order of kind and name, and the last for the revision itself; for a batch of statuses, one for each node, in
 * the order of `body`. Numbers come from the counter "watch/DESIGN" in the writing transaction.
 */
export const designEvent = bedplate.table(
  "design_event",
  {
    design: plainText("design").notNull(),
    firstSequence: bigint("first_sequence", { mode: "bigint" }).notNull(),
    lastSequence: bigint("last_sequence", { mode: "bigint" }).notNull(),
    type: text("type").$type<"revision" | "status">().notNull(),
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    body: jsonb("body").notNull(),
    at: moment("at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.design, table.lastSequence] }), index("design_event_at").on(table.at)],
);
