import { and, eq, lt, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { addressAllocation } from "../../db/schema.ts";

/** An address that a request was given. */
export type Allocation = Omit<typeof addressAllocation.$inferSelect, "createdAt">;

/** What a request of a design was given before; undefined for a new one. */
export async function findAllocation(tx: Db, design: string, requestId: string): Promise<Allocation | undefined> {
  const [row] = await tx
    .select()
    .from(addressAllocation)
    .where(and(eq(addressAllocation.design, design), eq(addressAllocation.requestId, requestId)));
  return row;
}

/** Keeps what a request was given, and forgets those of its design that are older than 90 days. */
export async function keepAllocation(tx: Db, allocation: Allocation): Promise<void> {
  await tx.insert(addressAllocation).values(allocation);
  const old = lt(addressAllocation.createdAt, sql`now() - interval '90 days'`);
  await tx.delete(addressAllocation).where(and(eq(addressAllocation.design, allocation.design), old));
}
