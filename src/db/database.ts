import type { PGlite } from "@electric-sql/pglite";
import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

/**
 * What queries are made with: a database, or a transaction in it. Both drivers satisfy it. Inside a transaction use the transaction's handle only: the
 * embedded database has one connection, and the outer handle would wait for it for ever.
 */
export type Db = PgDatabase<PgQueryResultHKT, Record<string, never>>;

/** What the durable engine shares with us: the embedded database itself, or the address of the server. */
export type EngineBackend =
  | { readonly kind: "pglite"; readonly pglite: PGlite }
  | { readonly kind: "postgres"; readonly url: string };

/** An open database with every migration applied. */
export interface Database {
  readonly db: Db;
  readonly engineBackend: EngineBackend;
  /**
   * Tells the database that a number of rows were just written. After many of them the embedded one, which has no autovacuum, tends its tables when
   * next idle; PostgreSQL does that by itself. Returns at once.
   */
  noteWrites(rows: number): void;
  /** Ends all connections and gives up the data directory. Queries still waiting fail. May be called more than once. */
  close(): Promise<void>;
}

/** Runs SQL written by hand and gives its rows, alike on both drivers. Eight-byte integers differ between them: cast those to text. */
export async function execute<Row extends Record<string, unknown>>(db: Db, query: SQL): Promise<readonly Row[]> {
  const result: unknown = await db.execute(query);
  return (Array.isArray(result) ? result : (result as { rows: readonly Row[] }).rows) as readonly Row[];
}
