/** How patient a host is, all in milliseconds. */
export type PluginTiming = {
  /** From the start of a process to its answer to the first call. */
  readonly readyMs: number;
  /** Wait before a process that ended is started again, at first; doubled each time. */
  readonly backoffMs: number;
  /** Longest such wait. Also the wait when starting the same program again can't help. */
  readonly backoffMaxMs: number;
  /** A process that lived so long counts as healthy, and the wait is short again. */
  readonly healthyMs: number;
  /** Calls wait for a process that will be started again within this, and fail at once otherwise. */
  readonly patienceMs: number;
  /** A process that lets a call run into its deadline must answer GetDriverInfo within this, or is ended. */
  readonly answerMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly graceMs: number;
};

/** What hosts use. */
export const PLUGIN_TIMING: PluginTiming = {
  readyMs: 20_000,
  backoffMs: 250,
  backoffMaxMs: 30_000,
  healthyMs: 60_000,
  patienceMs: 1_000,
  answerMs: 20_000,
  graceMs: 5_000,
};
