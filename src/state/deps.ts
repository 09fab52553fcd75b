import type { Database } from "../db/database.ts";
import type { SecretStore } from "../db/secret-store.ts";
import type { DesignValidator } from "./validators.ts";
import type { EventFeeds } from "./watch/event-feeds.ts";
import type { WatchPolicy } from "./watch/watch-policy.ts";

/** What the state service works with. */
export interface StateDeps {
  readonly database: Database;
  readonly secrets: SecretStore;
  /** Validators that look at every content before it becomes a revision. */
  readonly validators?: readonly DesignValidator[];
  /** Aborts when this process stops, with the error those who watch are told: they come again elsewhere. */
  readonly stop?: AbortSignal;
  /** How changes are read for those who watch; the usual way when absent. */
  readonly watchPolicy?: WatchPolicy;
  /** Where they are read; feeds of its own when absent. */
  readonly feeds?: EventFeeds;
}
