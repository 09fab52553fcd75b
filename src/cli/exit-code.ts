/** What the process says when it ends, as a closed list that scripts may branch on. */
export const exitCode = {
  done: 0,
  /** The work itself failed: an invalid design, a failed job, input that can't be read as a design. */
  failed: 1,
  /** Wrong usage, or a path that is missing, unreadable or empty. */
  usage: 2,
  unreachable: 3,
  notAllowed: 4,
  /** The plan or the revision moved. */
  stale: 5,
  /** Stopped waiting while the job goes on. */
  stoppedWaiting: 6,
  /** A port or a data directory is taken. */
  cannotStart: 7,
  /** A fault of Bedplate. */
  fault: 70,
  interrupted: 130,
} as const;

/** One of the codes of `exitCode`. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
