import { bigint, index, primaryKey, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Addresses handed out, by the request that asked: the same request gets the same answer. What an address is taken by is in the design itself. */
export const addressAllocation = bedplate.table(
  "address_allocation",
  {
    design: plainText("design").notNull(),
    requestId: text("request_id").notNull(),
    layer: plainText("layer").notNull(),
    network: plainText("network").notNull(),
    node: plainText("node").notNull(),
    address: text("address").notNull(),
    revision: bigint("revision", { mode: "bigint" }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.design, table.requestId] }),
    index("address_allocation_created").on(table.createdAt),
  ],
);
