import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { type Db, execute } from "./database.ts";
import { DatabaseError } from "./errors.ts";
import { sqlState } from "./sql-state.ts";

const UNDEFINED_TABLE = "42P01";
const INVALID_SCHEMA = "3F000";

/** Where the migrations are, and in which table a database remembers those it has: what Drizzle's migrators take. */
export const migrationConfig = {
  migrationsFolder: fileURLToPath(new URL("../../migrations", import.meta.url)),
  migrationsSchema: "bedplate_migrations",
  migrationsTable: "applied",
};

interface Journal {
  readonly entries: ReadonlyArray<{ readonly tag: string; readonly when: number }>;
}

function readJournal(): Journal {
  return JSON.parse(readFileSync(`${migrationConfig.migrationsFolder}/meta/_journal.json`, "utf8"));
}

/** A digest over all migrations: it changes when any of them does. Lower-case hex. */
export function migrationsDigest(): string {
  const hash = createHash("sha256");
  for (const { tag, when } of readJournal().entries) {
    hash.update(`${tag} ${when}\n`).update(readFileSync(`${migrationConfig.migrationsFolder}/${tag}.sql`));
  }
  return hash.digest("hex");
}

/** Throws DatabaseError when the database has a migration this program does not know: a newer Bedplate wrote it. */
export async function refuseNewerDatabase(db: Db, place: string): Promise<void> {
  const newest = Math.max(...readJournal().entries.map((entry) => entry.when));
  const table = sql`${sql.identifier(migrationConfig.migrationsSchema)}.${sql.identifier(migrationConfig.migrationsTable)}`;
  try {
    const rows = await execute<{ newest: string | null }>(
      db,
      sql`select max(created_at)::text as newest from ${table}`,
    );
    if (Number(rows[0]?.newest ?? 0) <= newest) return;
  } catch (error) {
    const state = sqlState(error);
    if (state === UNDEFINED_TABLE || state === INVALID_SCHEMA) return;
    throw error;
  }
  throw new DatabaseError(
    `${place} was written by a newer version of Bedplate; start that version, or another database`,
  );
}
