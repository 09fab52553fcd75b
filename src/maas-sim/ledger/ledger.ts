import type { Changes } from "./changes.ts";

/** One effective write: a request that was accepted and left something different from before. */
export interface LedgerEntry extends Changes {
  /** Counts from 1 without gaps. */
  readonly seq: number;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** `api` for a client of the API, `control` for the other hand behind `/_sim/`. */
  readonly by: "api" | "control";
  readonly method: string;
  readonly path: string;
  readonly op: string | null;
  readonly object: { readonly kind: string; readonly name: string };
}

/** The list of effective writes, oldest first. */
export interface Ledger {
  record(entry: Omit<LedgerEntry, "seq" | "time">): void;
  /** Entries after a sequence number, at most `limit`. */
  after(seq: number, limit: number): readonly LedgerEntry[];
  /** The sequence number of the newest entry, 0 when there is none. */
  readonly last: number;
}

/** The most entries kept; the oldest go first. */
export const MAX_ENTRIES = 100_000;

/** An empty ledger. `now` is in milliseconds since the epoch; `sink` gets each entry as one line of JSON. */
export function createLedger(now: () => number, sink?: (line: string) => void): Ledger {
  const entries: LedgerEntry[] = [];
  let last = 0;
  return {
    record(entry) {
      last += 1;
      const full: LedgerEntry = { seq: last, time: new Date(now()).toISOString(), ...entry };
      entries.push(full);
      if (entries.length > MAX_ENTRIES) entries.splice(0, MAX_ENTRIES / 10);
      sink?.(`${JSON.stringify(full)}\n`);
    },
    after(seq, limit) {
      const start = entries.length - (last - seq);
      return entries.slice(Math.max(start, 0)).slice(0, limit);
    },
    get last() {
      return last;
    },
  };
}
