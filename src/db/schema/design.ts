import { sql } from "drizzle-orm";
import { bigint, boolean, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Ownership } from "../../design/layer.ts";
import { bedplate, moment, plainText } from "./namespace.ts";

/** One row per design. `revision` is the number of its head, 0 before the first commit; whoever writes a revision locks this row. */
export const design = bedplate.table("design", {
  name: plainText("name").primaryKey(),
  revision: bigint("revision", { mode: "bigint" }).notNull(),
  valid: boolean("valid").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** The last number given out in each stream. A number is taken by updating the row in the transaction that uses it. */
export const counter = bedplate.table("counter", {
  stream: plainText("stream").primaryKey(),
  value: bigint("value", { mode: "bigint" }).notNull(),
});

/** Layers of designs, over half-open ranges of revisions. */
export const layer = bedplate.table(
  "layer",
  {
    design: plainText("design").notNull(),
    name: plainText("name").notNull(),
    fromRevision: bigint("from_revision", { mode: "bigint" }).notNull(),
    toRevision: bigint("to_revision", { mode: "bigint" }),
    role: text("role").$type<"any" | "design" | "formation">().notNull(),
    rank: integer("rank").notNull(),
    owns: jsonb("owns").$type<readonly Ownership[]>().notNull(),
    mayReferenceSecrets: boolean("may_reference_secrets").notNull(),
    allowSecretLiterals: boolean("allow_secret_literals").notNull(),
    /** Who writes it: "api", or a configured source by name ("git:NAME"); empty for anybody. */
    source: text("source").notNull().default(""),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.name, table.fromRevision] }),
    uniqueIndex("layer_current").on(table.design, table.name).where(sql`${table.toRevision} is null`),
  ],
);

/** What a commit did, as its revision keeps it. */
export interface StoredCounters {
  readonly documentsRead: number;
  readonly itemsResolved: number;
  readonly ruleRuns: number;
  readonly rowsWritten: number;
  readonly documentsChanged: number;
  readonly itemsChanged: number;
}

/** Immutable revisions of designs, numbered from 1 without gaps. */
export const revision = bedplate.table(
  "revision",
  {
    design: plainText("design").notNull(),
    number: bigint("number", { mode: "bigint" }).notNull(),
    valid: boolean("valid").notNull(),
    author: text("author").notNull(),
    message: text("message").notNull(),
    metadata: jsonb("metadata").$type<Readonly<Record<string, string>>>().notNull().default({}),
    layers: jsonb("layers").$type<readonly string[]>().notNull(),
    errorCount: integer("error_count").notNull(),
    warningCount: integer("warning_count").notNull(),
    counters: jsonb("counters").$type<StoredCounters>().notNull(),
    resolverVersion: text("resolver_version").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.number] }),
    index("revision_created").on(table.design, table.createdAt),
  ],
);
