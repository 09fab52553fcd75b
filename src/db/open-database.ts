import type { Database } from "./database.ts";
import { openInDirectory, openInMemory } from "./open-pglite.ts";
import { openPostgres } from "./open-postgres.ts";

/** Which database to open: a PostgreSQL by its URL, an embedded one in a data directory, or an embedded one in memory. */
export type DatabaseOptions = { readonly url: string } | { readonly dataDir: string } | { readonly memory: true };

/**
 * Opens a database, brings it to the newest schema and gives the handle. Throws DataDirectoryTaken, DatabaseUnreachable or DatabaseError, each with a
 * one-line message that names the next step.
 */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  if ("url" in options) return openPostgres(options.url);
  return "dataDir" in options ? openInDirectory(options.dataDir) : openInMemory();
}
