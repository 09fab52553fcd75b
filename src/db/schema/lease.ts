import { bigint, index, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * Who may act on a node, and until when: a job, and the process (`holder`) that carries it out. `epoch` grows with each new holder, so that a late one is
 * known by its number.
 */
export const nodeLease = bedplate.table(
  "node_lease",
  {
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    jobId: text("job_id").notNull(),
    holder: text("holder").notNull(),
    epoch: bigint("epoch", { mode: "bigint" }).notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.design, table.node] }), index("node_lease_job").on(table.jobId)],
);

/** Processes that carry jobs out, and when each was last alive. */
export const replica = bedplate.table("replica", {
  id: text("id").primaryKey(),
  seenAt: moment("seen_at").notNull().defaultNow(),
});
