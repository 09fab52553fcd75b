import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import type { Database } from "./database.ts";
import { DatabaseError } from "./errors.ts";
import { lockDataDirectory } from "./lock-data-directory.ts";
import { migrationConfig, refuseNewerDatabase } from "./migrations.ts";
import { quickPglite } from "./quick-pglite.ts";
import { databaseTemplate } from "./template-cache.ts";

const WRITES_BEFORE_VACUUM = 5_000;
const IDLE_MS = 500;

/** Opens an embedded database that lives and dies with this process. */
export async function openInMemory(): Promise<Database> {
  return handle(await PGlite.create({ loadDataDir: await databaseTemplate() }), () => {});
}

/**
 * Opens the embedded database in `pgdata` below a data directory, making both if need be. Throws DataDirectoryTaken if another process has it, and
 * DatabaseError if it can't be used.
 */
export async function openInDirectory(dataDir: string): Promise<Database> {
  const directory = resolve(dataDir);
  const lock = lockDataDirectory(directory);
  try {
    const pgdata = join(directory, "pgdata");
    if (!existsSync(pgdata)) await createDataDirectory(pgdata);
    const pglite = await PGlite.create({ dataDir: pgdata });
    try {
      const db = drizzle({ client: pglite });
      await refuseNewerDatabase(db, directory);
      await migrate(db, migrationConfig);
      return handle(pglite, () => lock.release());
    } catch (error) {
      await pglite.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    if (error instanceof DatabaseError) throw error;
    const reason = error instanceof Error ? error.message.split("\n", 1)[0] : String(error);
    throw new DatabaseError(
      `the database in ${directory} can't be opened: ${reason}; restore a backup, or choose another with --data`,
      {
        cause: error,
      },
    );
  }
}

/** Under another name until it is whole, so that a process killed while at it leaves nothing that looks like a database. */
async function createDataDirectory(pgdata: string): Promise<void> {
  const unfinished = `${pgdata}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const pglite = await PGlite.create({ dataDir: unfinished, loadDataDir: await databaseTemplate() });
  await pglite.close();
  renameSync(unfinished, pgdata);
}

function handle(pglite: PGlite, afterClose: () => void): Database {
  let writes = 0;
  let idle: NodeJS.Timeout | undefined;
  let vacuum: Promise<unknown> | undefined;
  let closed: Promise<void> | undefined;
  const tend = (): void => {
    writes = 0;
    idle = undefined;
    vacuum = pglite.exec("vacuum analyze").catch(() => {});
  };
  const quick = quickPglite(pglite);
  return {
    db: drizzle({ client: quick }),
    engineBackend: { kind: "pglite", pglite: quick },
    noteWrites(rows) {
      writes += rows;
      if (closed !== undefined || writes < WRITES_BEFORE_VACUUM) return;
      clearTimeout(idle);
      idle = setTimeout(tend, IDLE_MS).unref();
    },
    close() {
      closed ??= (async () => {
        clearTimeout(idle);
        try {
          await vacuum;
          await pglite.close();
        } finally {
          afterClose();
        }
      })();
      return closed;
    },
  };
}
