import { EventEmitter } from "node:events";
import type { PGlite, Results, Transaction } from "@electric-sql/pglite";

const INT8 = 20;
const TO_TEXT = { parsers: { [INT8]: (text: string) => text } };

/** What the durable engine reads of a query's result. */
export interface PoolResult {
  readonly rows: Record<string, unknown>[];
  readonly rowCount: number;
}

/** A connection out of a pool, as the durable engine uses it. */
export interface PoolClient extends EventEmitter {
  query(text: string, params?: readonly unknown[]): Promise<PoolResult>;
  release(): void;
}

/** The part of a `pg.Pool` the durable engine uses. */
export interface Pool {
  readonly options: { readonly max: number };
  query(text: string, params?: readonly unknown[]): Promise<PoolResult>;
  connect(): Promise<PoolClient>;
}

/**
 * The embedded database as a connection pool. All its clients share the one session: a client has it for itself from BEGIN
 * to COMMIT or ROLLBACK, other clients and our own transactions waiting meanwhile. Eight-byte integers come as text, as
 * `pg` gives them.
 */
export function createPglitePool(db: PGlite): Pool {
  return {
    // The engine lets half of so many connections poll at a time.
    options: { max: 10 },
    query: (text, params) => run(db, text, params),
    connect: async () => createClient(db),
  };
}

interface OpenTransaction {
  readonly tx: Transaction;
  readonly end: (commit: boolean) => Promise<void>;
}

function createClient(db: PGlite): PoolClient {
  let open: OpenTransaction | undefined;
  const end = async (commit: boolean): Promise<PoolResult> => {
    const ending = open;
    open = undefined;
    await ending?.end(commit);
    return { rows: [], rowCount: 0 };
  };
  return Object.assign(new EventEmitter(), {
    async query(text: string, params?: readonly unknown[]) {
      const [, begin, mode = ""] = /^\s*(begin)\b([^;]*)/i.exec(text) ?? [];
      if (begin !== undefined) {
        open = await beginTransaction(db);
        return isUsual(mode) ? { rows: [], rowCount: 0 } : run(open.tx, `set transaction ${mode}`);
      }
      if (/^\s*commit\b/i.test(text)) return end(true);
      if (/^\s*rollback\b(?!\s+to)/i.test(text)) return end(false);
      return run(open?.tx ?? db, text, params);
    },
    release() {
      // A client given back inside a transaction must not keep the session.
      void end(false).catch(() => {});
    },
  });
}

/** Whether that is how transactions begin anyway. */
function isUsual(mode: string): boolean {
  return /^\s*(isolation level read committed)?\s*$/i.test(mode);
}

/** Opens a transaction that stays open after this function returns, until its `end`. */
async function beginTransaction(db: PGlite): Promise<OpenTransaction> {
  const started = Promise.withResolvers<Transaction>();
  const ended = Promise.withResolvers<boolean>();
  const whole = db.transaction(async (tx) => {
    started.resolve(tx);
    if (!(await ended.promise)) await tx.rollback();
  });
  whole.catch(started.reject);
  const tx = await started.promise;
  return {
    tx,
    end: (commit) => {
      ended.resolve(commit);
      return whole;
    },
  };
}

async function run(on: PGlite | Transaction, text: string, params: readonly unknown[] = []): Promise<PoolResult> {
  // There are no other connections that CONCURRENTLY could spare, and it is refused inside a transaction.
  const statement = text.replace(/\bconcurrently\b/gi, "");
  const result: Results<Record<string, unknown>> | undefined =
    params.length === 0
      ? ((await on.exec(statement, TO_TEXT)) as Results<Record<string, unknown>>[]).at(-1)
      : await on.query<Record<string, unknown>>(statement, [...params], TO_TEXT);
  const rows = result?.rows ?? [];
  return { rows, rowCount: Math.max(rows.length, result?.affectedRows ?? 0) };
}
