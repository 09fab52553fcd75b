import type { Db } from "../db/database.ts";
import { withTransaction } from "../db/with-transaction.ts";

class RolledBack<Result> extends Error {
  override name = "RolledBack";
  readonly result: Result;

  constructor(result: Result) {
    super("rolled back on purpose");
    this.result = result;
  }
}

/** Runs work in a transaction and keeps what it wrote only if `keep` holds; the answer is the work's own either way. */
export async function inTransaction<Result>(db: Db, keep: boolean, work: (tx: Db) => Promise<Result>): Promise<Result> {
  if (keep) return withTransaction(db, work);
  try {
    return await withTransaction(db, async (tx) => {
      throw new RolledBack(await work(tx));
    });
  } catch (error) {
    if (error instanceof RolledBack) return error.result as Result;
    throw error;
  }
}
