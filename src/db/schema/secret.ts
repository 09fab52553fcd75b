import { primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Secret literals, sealed with a key the database does not hold. `scope` says whose: a design's name, or something with a slash in it. */
export const sealedSecret = bedplate.table(
  "sealed_secret",
  {
    scope: plainText("scope").notNull(),
    id: text("id").notNull(),
    sealed: text("sealed").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.id] })],
);
