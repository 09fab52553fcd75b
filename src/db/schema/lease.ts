import { bigint, index, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * Who may act on a node: a job, and the life of the process (`holder`) that carries it out, as long as that life has its row among the replicas; nobody when both are
 * empty. `epoch` grows with each new holder, so that a late one is known by its number.
 */
export const nodeLease = bedplate.table(
  "node_lease",
  {
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    jobId: text("job_id").notNull(),
    holder: text("holder").notNull(),
    epoch: bigint("epoch", { mode: "bigint" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.design, table.node] }), index("node_lease_job").on(table.jobId)],
);

/** Lives of processes that carry jobs out, and when each was last seen. Whoever declares one dead deletes its row. */
export const replica = bedplate.table("replica", {
  id: text("id").primaryKey(),
  seenAt: moment("seen_at").notNull().defaultNow(),
});
