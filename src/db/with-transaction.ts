import { setTimeout as delay } from "node:timers/promises";
import { announcing } from "./announce.ts";
import type { Db } from "./database.ts";
import { sqlState } from "./sql-state.ts";

const ATTEMPTS = 5;
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK_DETECTED = "40P01";

/**
 * Runs `work` in one transaction and commits it; whatever `work` throws rolls it back and is thrown on. `work` gets the transaction's own handle and may
 * run up to five times, because the database may ask for that after a deadlock, so it does nothing but queries.
 */
export async function withTransaction<Result>(db: Db, work: (tx: Db) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await announcing(db, (begun) =>
        db.transaction((tx) => {
          begun(tx);
          return work(tx);
        }),
      );
    } catch (error) {
      const state = sqlState(error);
      if (attempt === ATTEMPTS || (state !== SERIALIZATION_FAILURE && state !== DEADLOCK_DETECTED)) throw error;
      await delay(Math.random() * 20 * 2 ** attempt);
    }
  }
}
