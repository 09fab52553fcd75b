import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { withSharedDatabase } from "../../../test/support/database.ts";
import { openStuckSession } from "../../../test/support/stuck-session.ts";
import { counter } from "../../db/schema.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { endStuckSessions } from "./end-stuck-sessions.ts";

const STUCK = "insert into bedplate.counter (stream, value) values ('stuck', 0)";

test("a session stuck in the midst of a statement is ended once it has waited for so long, with what it locked", () =>
  withSharedDatabase(async (database, other) => {
    const session = await openStuckSession(other, STUCK);
    try {
      await endStuckSessions(database.db, 600_000);
      let hasEnded = false;
      void session.ended.then(() => {
        hasEnded = true;
      });
      // Waits until the session is gone: the row it wrote is in the way.
      const writing = database.db.insert(counter).values({ stream: "stuck", value: 1n });
      const ending = expect
        .poll(
          async () => {
            await endStuckSessions(database.db, 0);
            return hasEnded;
          },
          { timeout: 60_000 },
        )
        .toBe(true);
      await Promise.all([writing, ending]);
      expect(await other.db.select().from(counter)).toEqual([{ stream: "stuck", value: 1n }]);
    } finally {
      await session.close();
    }
  }));

test("a session whose process is alive is not ended, whether it works, waits for a lock or rests in its transaction", () =>
  withSharedDatabase(async ({ db }, other) => {
    await withTransaction(db, async (tx) => {
      await tx.execute(sql`select pg_sleep(0.01)`);
      // In the embedded database nobody else has a turn while the transaction is open.
      await endStuckSessions(other.db === db ? tx : other.db, 0);
      await tx.insert(counter).values({ stream: "alive", value: 0n });
    });
    expect(await db.select().from(counter)).toHaveLength(1);
  }));
