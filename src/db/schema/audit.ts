import { bigint, text } from "drizzle-orm/pg-core";
import { bedplate, moment } from "./namespace.ts";

/** Every mutating call: who, what, on what, from where, and how it ended ("ok" or the canonical code). */
export const audit = bedplate.table("audit", {
  sequence: bigint("sequence", { mode: "bigint" }).primaryKey(),
  at: moment("at").notNull().defaultNow(),
  caller: text("caller").notNull(),
  method: text("method").notNull(),
  subject: text("subject").notNull(),
  peer: text("peer").notNull(),
  outcome: text("outcome").notNull(),
});
