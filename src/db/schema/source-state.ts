import { bigint, text } from "drizzle-orm/pg-core";
import { bedplate, moment, plainText } from "./namespace.ts";

/**
 * How far each configured source has been followed. `position` is the source's own word for what was committed last (a Git commit, a time of last change);
 * `holder` and `held_until` keep two processes from following one source at once. `error` is empty while all is well.
 */
export const sourceState = bedplate.table("source_state", {
  name: plainText("name").primaryKey(),
  design: plainText("design").notNull(),
  position: text("position").notNull(),
  /** Digest of how the source was configured when that was committed: configured otherwise, it is committed anew. */
  fingerprint: text("fingerprint").notNull().default(""),
  revision: bigint("revision", { mode: "bigint" }).notNull(),
  error: text("error").notNull(),
  holder: text("holder").notNull(),
  heldUntil: moment("held_until"),
  checkedAt: moment("checked_at"),
  committedAt: moment("committed_at"),
});
