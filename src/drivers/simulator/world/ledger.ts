import type { Verb } from "./calls.ts";

/** One entry: a write that was accepted, or what became of it. */
export interface LedgerEntry {
  /** From 1 on, without gaps. */
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** The machine, or "site:NAME"; a hand's doing through the control API is written down too, with operation "hand". */
  readonly node: string;
  readonly verb: Verb;
  /** False when the write was accepted, true when it took effect. */
  readonly effective: boolean;
  readonly operationId: string;
  /** Unix milliseconds; 0 when the call brought none. */
  readonly notAfter: number;
  /** Process id of the driver; 0 for a hand. */
  readonly driver: number;
}

/** Entries from some place on. */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** Sequence of the oldest entry that is still kept; 0 when there is none. */
  readonly first: number;
  /** Sequence of the newest entry. */
  readonly last: number;
}

/** All that was written in a world, in order. */
export interface Ledger {
  append(entry: Omit<LedgerEntry, "sequence">): void;
  /** The entries after a sequence number, at most so many. */
  read(after: number, limit: number): LedgerPage;
  /** Every entry that is kept. */
  entries(): readonly LedgerEntry[];
}

/** A ledger that keeps the newest entries, two million by default. */
export function createLedger(keep = 2_000_000): Ledger {
  let kept: LedgerEntry[] = [];
  let last = 0;
  return {
    append(entry) {
      last += 1;
      kept.push({ sequence: last, ...entry });
      // In slices, so that keeping the bound costs nothing that shows.
      if (kept.length >= keep * 1.25) kept = kept.slice(kept.length - keep);
    },
    read(after, limit) {
      const first = last - kept.length + 1;
      const from = Math.max(0, after - first + 1);
      return { entries: kept.slice(from, from + limit), first: kept.length === 0 ? 0 : first, last };
    },
    entries: () => kept,
  };
}
