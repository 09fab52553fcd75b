/** How changes are read for those who watch. */
export interface WatchPolicy {
  /** How often other processes' changes are looked for, in milliseconds; those of this process are seen at once. */
  readonly pollMs: number;
  /** How long nothing may be said before a bookmark is, in milliseconds. */
  readonly idleMs: number;
  /** How many changes are read at a time, at most. */
  readonly blockChanges: number;
  /** How many bytes of revisions, and of statuses, are read at a time, unless one has more. */
  readonly blockBytes: number;
  /** How many blocks are read at the same time, of all designs: those who have much to catch up with leave the database to others, too. */
  readonly readsAtOnce: number;
  /** How many of the newest changes of a design are kept in memory for all who watch it, beside one block. */
  readonly keptChanges: number;
}

/** What holds when nobody says otherwise. */
export const DEFAULT_WATCH_POLICY: WatchPolicy = {
  pollMs: 500,
  idleMs: 30_000,
  blockChanges: 1_000,
  blockBytes: 1024 * 1024,
  readsAtOnce: 2,
  keptChanges: 4_000,
};
