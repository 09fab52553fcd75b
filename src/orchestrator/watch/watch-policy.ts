/** How events are read for those who watch. */
export interface WatchPolicy {
  /** How often other processes' events are looked for, in milliseconds; those of this process are seen at once. */
  readonly pollMs: number;
  /** How many events are read at a time, at most. */
  readonly blockEvents: number;
  /** How many bytes of events a message has at most, unless one event has more. */
  readonly messageBytes: number;
  /** How many blocks are read at the same time, of all designs: those who have much to catch up with leave the database to others, too. */
  readonly readsAtOnce: number;
  /** How many bytes of the newest events of a design are kept in memory for all who watch it, beside one block. */
  readonly keptBytes: number;
  /** After how long a silence one who watches a job looks whether the job has ended, in milliseconds. */
  readonly idleMs: number;
}

/** What holds when nobody says otherwise; `pollMs` is the orchestrator's. */
export const DEFAULT_WATCH_POLICY: Omit<WatchPolicy, "pollMs"> = {
  blockEvents: 500,
  messageBytes: 1024 * 1024,
  readsAtOnce: 2,
  keptBytes: 8 * 1024 * 1024,
  idleMs: 30_000,
};
