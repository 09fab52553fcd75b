import type { Policy } from "../../../src/orchestrator/policy.ts";
import type { Cut } from "./cuts.ts";

/** What a server of the chaos harness is started with. */
export interface ChildWork {
  readonly dataDir: string;
  /** A PostgreSQL; the embedded database when absent. */
  readonly databaseUrl?: string;
  readonly port: number;
  readonly introspectionUrl: string;
  /** Where the simulated world is served. */
  readonly endpoint: string;
  readonly driverOptions: Readonly<Record<string, string>>;
  readonly policy: Partial<Policy>;
  readonly heartbeatMs: number;
  readonly deadAfterMs: number;
  readonly cuts: readonly Cut[];
  /** Whether the steps are those with a planted bug. */
  readonly planted: boolean;
}

/** What a server tells. */
export type ChildReport =
  /** It answers at this URL. */
  | { readonly ready: string }
  /** It stands still at a cut. */
  | { readonly at: string; readonly subject: string };

/** What a server is told: to stop at more cuts, or to go on at one. */
export type ChildOrder = { readonly arm: readonly Cut[] } | { readonly go: string };
