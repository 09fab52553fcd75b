import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { type Database, type Db, execute } from "./database.ts";
import { DatabaseError, DatabaseUnreachable } from "./errors.ts";
import { migrationConfig, refuseNewerDatabase } from "./migrations.ts";
import { prepareOftenUsed } from "./prepare-often-used.ts";

const CONNECTIONS = 10;
const CONNECT_SECONDS = 10;
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
  const client = postgres(url, {
    max: CONNECTIONS,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => {},
    connection: {
      application_name: "bedplate",
      // Planners overrate what reads lists from a parameter, and then compile for longer than the statement takes.
      jit: "off",
      // A plan for any values takes the wrong index for some: whether a filter fits few or all is told by its values.
      plan_cache_mode: "force_custom_plan",
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: STATEMENT_MS,
    },
  });
  return {
    db: drizzle({ client: prepareOftenUsed(client) }),
    engineBackend: { kind: "postgres", url },
    noteWrites() {},
    close: () => client.end({ timeout: 5 }),
  };
}

async function migrateUnderLock(url: string, place: string): Promise<void> {
  const client = postgres(url, {
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    onnotice: () => {},
    connection: { application_name: "bedplate migrations", statement_timeout: MIGRATION_MS },
  });
  try {
    const db = drizzle({ client });
    await refuseOldServer(db, place);
    // Drizzle's migrator takes no lock of its own: two processes starting on a new database would both create its tables.
    await db.execute(sql`select pg_advisory_lock(${MIGRATION_LOCK})`);
    await refuseNewerDatabase(db, place);
    await migrate(db, migrationConfig);
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function refuseOldServer(db: Db, place: string): Promise<void> {
  let version: string;
  try {
    const rows = await execute<{ version: string }>(db, sql`select current_setting('server_version_num') as version`);
    version = rows[0]?.version ?? "0";
  } catch (error) {
    const hint = "check DATABASE_URL, and that the server runs and lets this user in";
    throw new DatabaseUnreachable(`PostgreSQL at ${place} can't be reached: ${reasonOf(error)}; ${hint}`, {
      cause: error,
    });
  }
  if (Number(version) < OLDEST_SERVER) {
    throw new DatabaseError(`PostgreSQL at ${place} is older than version 15; use a newer server`);
  }
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
  CONNECT_TIMEOUT: `no answer within ${CONNECT_SECONDS} s`,
  CONNECTION_CLOSED: "it closed the connection",
  "28P01": "wrong password",
  "28000": "it does not let this user in",
  "3D000": "it has no such database",
};

function reasonOf(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 8; current = current.cause, depth++) {
    if ("code" in current && typeof current.code === "string") return reasons[current.code] ?? current.code;
  }
  return "the connection failed";
}
