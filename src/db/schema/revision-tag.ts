import { bigint, index, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Names people give revisions. A tag names one revision of its design; a revision may have several. */
export const revisionTag = bedplate.table(
  "revision_tag",
  {
    design: plainText("design").notNull(),
    tag: plainText("tag").notNull(),
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    author: text("author").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.tag] }),
    index("revision_tag_revision").on(table.design, table.revision),
  ],
);
