import { sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";

/**
 * Ends sessions of Bedplate's that have waited so long, in the middle of a transaction and of a statement, for the process that opened them: it was stopped between two
 * messages of a statement, and what it locked would be locked until it wakes. The database's own bounds on idle transactions don't count such a session as idle.
 */
export async function endStuckSessions(db: Db, waitedMs: number): Promise<void> {
  await db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = current_user and application_name in ('bedplate', 'bedplate engine')
      and pid <> pg_backend_pid() and state = 'active' and wait_event = 'ClientRead' and xact_start is not null
      and state_change < now() - make_interval(secs => ${waitedMs / 1000})`);
}
