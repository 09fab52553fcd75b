import { bigint, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** One difference between a node and the design, as stored; `since` is an ISO 8601 moment. */
export interface StoredDrift {
  readonly object: string;
  readonly field: string;
  readonly designed: string;
  readonly observed: string;
  readonly since: string;
}

/** How deployed nodes differed from the design when they were last compared. */
export const nodeDrift = bedplate.table(
  "node_drift",
  {
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    jobId: text("job_id").notNull(),
    comparedAt: moment("compared_at").notNull().defaultNow(),
    differences: jsonb("differences").$type<readonly StoredDrift[]>().notNull(),
    differenceCount: integer("difference_count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.design, table.node] })],
);
