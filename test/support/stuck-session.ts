import { Client, type Connection } from "pg";
import type { Database } from "../../src/db/database.ts";

/** A session of a process that was stopped. */
export interface StuckSession {
  /** Resolves when it was ended from outside. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a session as a process leaves it that is stopped within a transaction, between two messages of a statement, after it has carried out `statement`.
 * An embedded database has no sessions: there it has ended from the start.
 */
export async function openStuckSession({ engineBackend }: Database, statement: string): Promise<StuckSession> {
  if (engineBackend.kind === "pglite") return { ended: Promise.resolve(), close: async () => {} };
  const client = new Client({ connectionString: engineBackend.url, application_name: "bedplate" });
  const ended = new Promise<void>((resolve) => void client.once("end", resolve));
  client.on("error", () => {});
  await client.connect();
  await client.query("begin");
  await client.query(statement);
  const { connection } = client as unknown as { readonly connection: Connection };
  connection.removeAllListeners("parseComplete");
  // The server goes on waiting for the rest of the statement: what is parsed here is neither bound nor carried out.
  connection.parse({ name: "", text: "select 1", types: [] }, true);
  return { ended, close: () => client.end().catch(() => {}) };
}
