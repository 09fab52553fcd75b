import { setTimeout as delay } from "node:timers/promises";
import {
  Client,
  type ClientConfig,
  Pool,
  type PoolClient,
  type PoolConfig,
  type QueryConfig,
  type QueryResult,
} from "pg";
import { connectionEnded, withCode } from "./connection-error.ts";
import type { StatementNames } from "./statement-names.ts";
import { createTransactionClient } from "./transaction-client.ts";

const CONNECT_MS = 10_000;
const CLOSE_MS = 5_000;

/** Connections to a PostgreSQL server. */
export interface PostgresPool {
  /** What queries and transactions are made with. One whose connection breaks fails; the next has another. */
  readonly pool: Pool;
  /** Ends all connections, those in use after five seconds. Whoever waits for one fails. May be called more than once. */
  close(): Promise<void>;
}

/** Opens connections as they are needed. None that breaks, in use or not, ends the process. */
export function openPostgresPool(config: PoolConfig, nameOf: StatementNames): PostgresPool {
  const pool = new Pool({
    ...config,
    keepAlive: true,
    // What is prepared is kept for as long as its connection.
    idleTimeoutMillis: 0,
    maxLifetimeSeconds: 3_600,
    Client: quicklyConnected as unknown as NonNullable<PoolConfig["Client"]>,
  } as PoolConfig);
  const open = new Set<PoolClient>();
  const waiting = new Set<(error: Error) => void>();
  let closed: Promise<void> | undefined;
  pool.on("connect", (client) => {
    open.add(client);
    // Whoever uses the client hears of the break by what it asks; an event nobody hears ends the process.
    client.on("error", () => {});
  });
  pool.on("remove", (client) => open.delete(client));
  pool.on("error", () => {});

  const acquire = (): Promise<PoolClient> =>
    new Promise((resolve, reject) => {
      if (closed !== undefined) return reject(connectionEnded("the database is closed"));
      // The pool forgets those that wait when it ends.
      waiting.add(reject);
      pool.connect((error, client) => {
        waiting.delete(reject);
        if (client === undefined) reject(withCode(error));
        else resolve(client);
      });
    });
  const query = async (asked: QueryConfig | string, values: unknown[] = []): Promise<QueryResult> => {
    const client = await acquire();
    try {
      return await client.query(named(asked, values, nameOf), values);
    } catch (error) {
      throw withCode(error);
    } finally {
      client.release();
    }
  };
  const connect = async () => createTransactionClient(await acquire(), (asked, values) => named(asked, values, nameOf));
  return {
    pool: new Proxy(pool, {
      get: (target, name) =>
        name === "query" ? query : name === "connect" ? connect : (Reflect.get(target, name) as unknown),
    }),
    close() {
      closed ??= (async () => {
        for (const reject of waiting) reject(connectionEnded("the database is closed"));
        const ended = pool.end();
        await Promise.race([ended, delay(CLOSE_MS, undefined, { ref: false })]);
        for (const client of open) void (client as unknown as Client).end().catch(() => {});
      })();
      return closed;
    },
  };
}

/** A client with a bound on connecting; of the pool it would be one on waiting for a client as well, which may take long. */
function quicklyConnected(config: ClientConfig): Client {
  return new Client({ ...config, connectionTimeoutMillis: CONNECT_MS });
}

function named(asked: QueryConfig | string, values: unknown[], nameOf: StatementNames): QueryConfig {
  const query = typeof asked === "string" ? { text: asked } : asked;
  const name = nameOf(query.text, values);
  return name === undefined ? query : { ...query, name };
}
