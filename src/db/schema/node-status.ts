import { bigint, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** One fact about a node's state, as stored; `since` is an ISO 8601 moment. */
export interface StoredCondition {
  readonly type: string;
  readonly status: boolean;
  readonly message: string;
  readonly since: string;
}

/** One difference between as-designed and as-built hardware, as stored. What came later is absent in those recorded before. */
export interface StoredHardwareDifference {
  readonly field: string;
  readonly designed: string;
  readonly built: string;
  readonly message: string;
  /** The contract's enum value without prefix, such as "WAIVED". */
  readonly severity?: string;
  readonly waiver_reason?: string;
  /** Who supplied the designed value, as the JSON of its contract message with the contract's names. */
  readonly origin?: Readonly<Record<string, unknown>>;
}

/** The state of nodes. `phase` and `hardware_verdict` are the contract's enum values without prefix, such as "DEPLOYED". */
export const nodeStatus = bedplate.table(
  "node_status",
  {
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    phase: text("phase").notNull(),
    conditions: jsonb("conditions").$type<readonly StoredCondition[]>().notNull(),
    lastJobId: text("last_job_id").notNull(),
    providerId: text("provider_id").notNull(),
    addresses: jsonb("addresses").$type<readonly string[]>().notNull(),
    hardwareVerdict: text("hardware_verdict").notNull(),
    hardwareDifferences: jsonb("hardware_differences").$type<readonly StoredHardwareDifference[]>().notNull(),
    deployedSpecDigest: text("deployed_spec_digest").notNull(),
    deployedRevision: bigint("deployed_revision", { mode: "bigint" }),
    calledInAt: moment("called_in_at"),
    updatedAt: moment("updated_at").notNull().defaultNow(),
    phaseSince: moment("phase_since"),
  },
  (table) => [primaryKey({ columns: [table.design, table.node] })],
);

/** The hardware each node last reported, as the JSON of its contract message. */
export const asBuilt = bedplate.table(
  "as_built",
  {
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    manifest: jsonb("manifest").$type<Readonly<Record<string, unknown>>>().notNull(),
    digest: text("digest").notNull(),
    storedAt: moment("stored_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.design, table.node] })],
);
