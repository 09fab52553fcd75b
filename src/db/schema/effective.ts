import { sql } from "drizzle-orm";
import { bigint, index, integer, jsonb, primaryKey, smallint, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Diagnostic } from "../../design/diagnostic.ts";
import type { TreeMap } from "../../design/tree.ts";
import { bedplate, plainText } from "./namespace.ts";

/** Effective items of designs, over half-open ranges of revisions. `inputs` are the keys of the items each was made from. */
export const effectiveItem = bedplate.table(
  "effective_item",
  {
    design: plainText("design").notNull(),
    kind: plainText("kind").notNull(),
    name: plainText("name").notNull(),
    fromRevision: bigint("from_revision", { mode: "bigint" }).notNull(),
    toRevision: bigint("to_revision", { mode: "bigint" }),
    digest: text("digest").notNull(),
    tree: jsonb("tree").$type<TreeMap>().notNull(),
    inputs: jsonb("inputs").$type<readonly string[]>().notNull(),
    resolverVersion: text("resolver_version").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.kind, table.name, table.fromRevision] }),
    uniqueIndex("effective_item_current")
      .on(table.design, table.kind, table.name)
      .where(sql`${table.toRevision} is null`),
    index("effective_item_from").on(table.design, table.fromRevision),
    index("effective_item_to").on(table.design, table.toRevision).where(sql`${table.toRevision} is not null`),
    // Racks, tags and labels of the head, by containment.
    index("effective_item_metadata")
      .using("gin", sql`(${table.tree} -> 'metadata') jsonb_path_ops`)
      .where(sql`${table.toRevision} is null`),
    // Labels of the kinds that have them beside hosts, whose items are few.
    index("effective_item_labels")
      .using("gin", sql`(${table.tree} -> 'labels') jsonb_path_ops`)
      .where(sql`${table.toRevision} is null and ${table.tree} ? 'labels'`),
  ],
);

/**
 * Diagnostics of designs, over half-open ranges of revisions. `identity` is the digest of everything the diagnostic says, `origin` tells whether a
 * consumer found it while reading (`layer` says of which layer) or the design's own rules did. `severity` sorts: 1 error, 2 warning, 3 info.
 */
export const diagnostic = bedplate.table(
  "diagnostic",
  {
    design: plainText("design").notNull(),
    identity: text("identity").notNull(),
    fromRevision: bigint("from_revision", { mode: "bigint" }).notNull(),
    toRevision: bigint("to_revision", { mode: "bigint" }),
    origin: text("origin").$type<"consumer" | "design">().notNull(),
    layer: plainText("layer").notNull(),
    severity: smallint("severity").notNull(),
    uri: plainText("uri").notNull(),
    line: integer("line").notNull(),
    column: integer("column").notNull(),
    body: jsonb("body").$type<Diagnostic>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.identity, table.fromRevision] }),
    uniqueIndex("diagnostic_current").on(table.design, table.identity).where(sql`${table.toRevision} is null`),
    // Not by uri: a long one does not fit a B-tree entry.
    index("diagnostic_severity").on(table.design, table.severity),
    index("diagnostic_consumer")
      .on(table.design, table.layer)
      .where(sql`${table.origin} = 'consumer' and ${table.toRevision} is null`),
  ],
);
