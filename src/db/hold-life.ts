import { sql } from "drizzle-orm";
import { type Db, execute } from "./database.ts";
import { replica } from "./schema.ts";

/**
 * Makes sure, within a transaction, that nobody declares a process's life over before the transaction has ended; false when somebody has. Whoever is stopped in the
 * midst of it keeps what it has locked for `idleMs` at most.
 */
export async function holdLife(tx: Db, id: string, idleMs: number): Promise<boolean> {
  const rows = await execute(
    tx,
    sql`select set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true) from ${replica} where id = ${id} for key share`,
  );
  return rows.length > 0;
}
