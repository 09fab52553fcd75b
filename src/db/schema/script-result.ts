import { boolean, index, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** How scripts went on nodes, as collected from provisioners. `outcome` is the contract's enum value without prefix, such as "PASSED". */
export const scriptResult = bedplate.table(
  "script_result",
  {
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    type: plainText("type").notNull(),
    script: plainText("script").notNull(),
    driverInstance: plainText("driver_instance").notNull(),
    providerId: plainText("provider_id").notNull(),
    outcome: text("outcome").notNull(),
    exitStatus: integer("exit_status"),
    startedAt: moment("started_at"),
    endedAt: moment("ended_at"),
    scriptDigest: text("script_digest").notNull(),
    outputDigest: text("output_digest").notNull(),
    truncated: boolean("truncated").notNull(),
    jobId: text("job_id").notNull(),
    collectedAt: moment("collected_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({
      name: "script_result_key",
      columns: [table.design, table.node, table.type, table.script, table.driverInstance, table.providerId],
    }),
    index("script_result_output").on(table.outputDigest),
    index("script_result_collected").on(table.collectedAt),
  ],
);

/** What scripts printed, each text once. `usedAt` is when a result was last said to have printed it. */
export const scriptOutput = bedplate.table("script_output", {
  digest: text("digest").primaryKey(),
  content: text("content").notNull(),
  truncated: boolean("truncated").notNull(),
  usedAt: moment("used_at").notNull().defaultNow(),
});
