import { primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Secret literals of designs, sealed with a key the database does not hold. */
export const sealedSecret = bedplate.table(
  "sealed_secret",
  {
    design: plainText("design").notNull(),
    id: text("id").notNull(),
    sealed: text("sealed").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.design, table.id] })],
);
