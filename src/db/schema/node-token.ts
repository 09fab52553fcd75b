import { index, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/** Node tokens by their SHA-256 (lower-case hex); the token itself is nowhere. */
export const nodeToken = bedplate.table(
  "node_token",
  {
    tokenSha256: text("token_sha256").primaryKey(),
    design: plainText("design").notNull(),
    node: plainText("node").notNull(),
    jobId: text("job_id").notNull(),
    expiresAt: moment("expires_at").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (table) => [index("node_token_expiry").on(table.expiresAt)],
);
