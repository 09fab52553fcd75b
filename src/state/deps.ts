import type { Database } from "../db/database.ts";
import type { SecretStore } from "../db/secret-store.ts";
import type { DesignValidator } from "./validators.ts";

/** What the state service works with. */
export interface StateDeps {
  readonly database: Database;
  readonly secrets: SecretStore;
  /** Validators that look at every content before it becomes a revision. */
  readonly validators?: readonly DesignValidator[];
}
