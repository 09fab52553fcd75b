import { desc, lt, sql } from "drizzle-orm";
import { type Db, execute } from "../db/database.ts";
import { audit } from "../db/schema.ts";
import { withTransaction } from "../db/with-transaction.ts";
import type { AuditEntry } from "../mesh/audit.ts";

/** A record as stored. */
export type StoredAuditRecord = typeof audit.$inferSelect;

/** Records of mutating calls, numbered from 1 without gaps. */
export interface AuditStore {
  /** Stores one record. */
  append(entry: AuditEntry): Promise<void>;
  /** Records before a number, newest first; all of them without one. */
  list(limit: number, before?: bigint): Promise<readonly StoredAuditRecord[]>;
}

/** Keeps audit records in the database. */
export function createAuditStore(db: Db): AuditStore {
  return {
    append: ({ caller, method, subject, peer, outcome }) =>
      withTransaction(db, async (tx) => {
        const rows = await execute<{ value: string }>(
          tx,
          sql`insert into bedplate.counter (stream, value) values ('audit', 1)
              on conflict (stream) do update set value = bedplate.counter.value + 1 returning value::text as value`,
        );
        await tx
          .insert(audit)
          .values({ sequence: BigInt(rows[0]?.value ?? 0), caller: caller.name, method, subject, peer, outcome });
      }),
    list: (limit, before) =>
      db
        .select()
        .from(audit)
        .where(before === undefined ? undefined : lt(audit.sequence, before))
        .orderBy(desc(audit.sequence))
        .limit(limit),
  };
}
