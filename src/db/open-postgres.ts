import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { Client } from "pg";
import { withCode } from "./connection-error.ts";
import { type Database, type Db, execute } from "./database.ts";
import { DatabaseError, DatabaseUnreachable } from "./errors.ts";
import { migrationConfig, refuseNewerDatabase } from "./migrations.ts";
import { openPostgresPool } from "./postgres-pool.ts";
import { createStatementNames } from "./statement-names.ts";

const CONNECTIONS = 10;
const CONNECT_MS = 10_000;
const STATEMENT_MS = 120_000;
const MIGRATION_MS = 600_000;
const OLDEST_SERVER = 150_000;
// Any number will do, as long as every version of Bedplate uses the same.
const MIGRATION_LOCK = 7_300_001;

/**
 * Connects to a PostgreSQL server and applies the migrations, one process at a time. Throws DatabaseUnreachable if there is no way in, and DatabaseError
 * if the server is too old or the database was written by a newer version.
 */
export async function openPostgres(url: string): Promise<Database> {
  const place = describe(url);
  await migrateUnderLock(url, place);
  const { pool, close } = openPostgresPool(
    {
      connectionString: url,
      max: CONNECTIONS,
      application_name: "bedplate",
      // Planners overrate what reads lists from a parameter, and then compile for longer than the statement takes.
      // A plan for any values takes the wrong index for some: whether a filter fits few or all is told by its values.
      options: "-c jit=off -c plan_cache_mode=force_custom_plan",
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
    },
    isPreparing(url) ? createStatementNames() : () => undefined,
  );
  return {
    db: drizzle({ client: pool }),
    engineBackend: { kind: "postgres", url },
    noteWrites() {},
    close,
  };
}

/** A pooler that hands connections to others between transactions can't have prepared statements; the URL says so with `prepare=false`. */
function isPreparing(url: string): boolean {
  return new URL(url).searchParams.get("prepare") !== "false";
}

async function migrateUnderLock(url: string, place: string): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: "bedplate migrations",
    statement_timeout: MIGRATION_MS,
  });
  // A break is told by what is asked; an event nobody hears ends the process.
  client.on("error", () => {});
  try {
    await client.connect().catch((error: unknown) => {
      throw unreachable(place, error);
    });
    const db = drizzle({ client });
    await refuseOldServer(db, place);
    // Drizzle's migrator takes no lock of its own: two processes starting on a new database would both create its tables.
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await refuseNewerDatabase(db, place);
    await migrate(db, migrationConfig);
  } finally {
    await client.end();
  }
}

async function refuseOldServer(db: Db, place: string): Promise<void> {
  let version: string;
  try {
    const rows = await execute<{ version: string }>(db, sql`select current_setting('server_version_num') as version`);
    version = rows[0]?.version ?? "0";
  } catch (error) {
    throw unreachable(place, error);
  }
  if (Number(version) < OLDEST_SERVER) {
    throw new DatabaseError(`PostgreSQL at ${place} is older than version 15; use a newer server`);
  }
}

function unreachable(place: string, error: unknown): DatabaseUnreachable {
  const hint = "check DATABASE_URL, and that the server runs and lets this user in";
  return new DatabaseUnreachable(`PostgreSQL at ${place} can't be reached: ${reasonOf(error)}; ${hint}`, {
    cause: error,
  });
}

/** The server and database of a URL, without user and password. */
function describe(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    if (protocol === "postgres:" || protocol === "postgresql:") return `${host}${pathname}`;
  } catch {}
  throw new DatabaseError("the database URL is not one; write postgres://USER:PASSWORD@HOST:PORT/DATABASE");
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "no such host",
  CONNECT_TIMEOUT: `no answer within ${CONNECT_MS / 1000} s`,
  CONNECTION_CLOSED: "it closed the connection",
  "28P01": "wrong password",
  "28000": "it does not let this user in",
  "3D000": "it has no such database",
};

function reasonOf(error: unknown): string {
  for (
    let current = withCode(error), depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth++
  ) {
    if ("code" in current && typeof current.code === "string") return reasons[current.code] ?? current.code;
  }
  return "the connection failed";
}
