import type { PoolClient, QueryConfig, QueryResult } from "pg";
import { connectionEnded, withCode } from "./connection-error.ts";

/** The connection of one transaction, as Drizzle uses it: from its "begin" to its "commit" or "rollback". */
export interface TransactionClient {
  query(asked: QueryConfig | string, values?: unknown[]): Promise<QueryResult>;
  release(): void;
}

/**
 * Lends a connection to one transaction. What is asked when that is over, or when the connection is lost, fails and reaches no connection: it would be carried out
 * by itself, or in the transaction of somebody else.
 */
export function createTransactionClient(
  client: PoolClient,
  prepare: (asked: QueryConfig | string, values: unknown[]) => QueryConfig,
): TransactionClient {
  let last: Promise<unknown> = Promise.resolve();
  let begun = false;
  let broken = false;
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    client.release(broken);
  };
  const run = async (query: QueryConfig, values: unknown[]): Promise<QueryResult> => {
    if (released) throw connectionEnded("the transaction is over");
    try {
      const result = await client.query(query, values);
      begun = true;
      return result;
    } catch (error) {
      if (!begun) {
        // Drizzle lets go of a client only once its transaction has begun.
        broken = true;
        release();
      }
      if (query.text !== "rollback") throw withCode(error);
      // The end of its connection has undone the transaction, and what is to be thrown is why it was to be undone.
      broken = true;
      return { rows: [], command: "ROLLBACK", rowCount: null, oid: 0, fields: [] };
    }
  };
  return {
    query(asked, values = []) {
      const answer = last.then(() => run(prepare(asked, values), values));
      last = answer.catch(() => {});
      return answer;
    },
    release,
  };
}
