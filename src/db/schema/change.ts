import { bigint, boolean, index, integer, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Diagnostic } from "../../design/diagnostic.ts";
import { documentColumns } from "./document.ts";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Changes being put together, and those committed: `revision` and `changed` are a commit's answer, null while open. */
export const change = bedplate.table(
  "change",
  {
    id: text("id").primaryKey(),
    design: plainText("design").notNull(),
    layers: jsonb("layers").$type<readonly string[]>().notNull(),
    baseRevision: bigint("base_revision", { mode: "bigint" }).notNull(),
    requestId: text("request_id").notNull(),
    message: text("message").notNull(),
    author: text("author").notNull(),
    metadata: jsonb("metadata").$type<Readonly<Record<string, string>>>().notNull().default({}),
    /** Who writes: what a layer the change opens is then owned by; empty for anybody. */
    source: text("source").notNull().default(""),
    /** Digest of a request that made its change at once, so that another one with its request id is told from a repetition; empty otherwise. */
    fingerprint: text("fingerprint").notNull().default(""),
    revision: bigint("revision", { mode: "bigint" }),
    changed: boolean("changed"),
    openedAt: moment("opened_at").notNull().defaultNow(),
    closedAt: moment("closed_at"),
  },
  (table) => [
    uniqueIndex("change_request").on(table.design, table.requestId),
    index("change_opened").on(table.openedAt),
  ],
);

/** Documents, and deletions of documents, staged in an open change. */
export const changeDocument = bedplate.table(
  "change_document",
  {
    changeId: text("change_id")
      .notNull()
      .references(() => change.id, { onDelete: "cascade" }),
    ...documentColumns(),
    deleted: boolean("deleted").notNull(),
  },
  (table) => [primaryKey({ columns: [table.changeId, table.layer, table.kind, table.name] })],
);

/** What consumers found in the documents of an open change. */
export const changeDiagnostic = bedplate.table(
  "change_diagnostic",
  {
    changeId: text("change_id")
      .notNull()
      .references(() => change.id, { onDelete: "cascade" }),
    layer: plainText("layer").notNull(),
    identity: text("identity").notNull(),
    ordinal: integer("ordinal").notNull(),
    body: jsonb("body").$type<Diagnostic>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.changeId, table.layer, table.identity] })],
);
