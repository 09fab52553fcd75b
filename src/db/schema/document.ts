import { sql } from "drizzle-orm";
import { bigint, boolean, index, jsonb, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { SourceLocation } from "../../design/diagnostic.ts";
import type { Conversion } from "../../design/document.ts";
import type { SourceNode } from "../../design/source-node.ts";
import type { TreeMap } from "../../design/tree.ts";
import { bedplate, plainText } from "./namespace.ts";

/** The columns a document has wherever it is kept: committed or staged. Its secret literals are sealed. */
export const documentColumns = () => ({
  layer: plainText("layer").notNull(),
  kind: plainText("kind").notNull(),
  name: plainText("name").notNull(),
  digest: text("digest").notNull(),
  spec: jsonb("spec").$type<TreeMap>().notNull(),
  source: jsonb("source").$type<SourceNode>().notNull(),
  location: jsonb("location").$type<SourceLocation>().notNull(),
  part: text("part").notNull(),
  form: text("form").notNull(),
  complete: boolean("complete").notNull(),
  conversions: jsonb("conversions").$type<readonly Conversion[]>().notNull(),
});

/** Documents of designs, over half-open ranges of revisions: at most one current declaration of an item in each layer. */
export const document = bedplate.table(
  "document",
  {
    design: plainText("design").notNull(),
    ...documentColumns(),
    fromRevision: bigint("from_revision", { mode: "bigint" }).notNull(),
    toRevision: bigint("to_revision", { mode: "bigint" }),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.layer, table.kind, table.name, table.fromRevision] }),
    uniqueIndex("document_current")
      .on(table.design, table.layer, table.kind, table.name)
      .where(sql`${table.toRevision} is null`),
    index("document_item").on(table.design, table.kind, table.name),
    index("document_from").on(table.design, table.fromRevision),
    index("document_to").on(table.design, table.toRevision).where(sql`${table.toRevision} is not null`),
  ],
);
