import type { Database } from "../db/database.ts";
import type { SecretStore } from "../db/secret-store.ts";

/** What the state service works with. */
export interface StateDeps {
  readonly database: Database;
  readonly secrets: SecretStore;
}
