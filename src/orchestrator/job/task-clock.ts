import { StepFailure } from "../steps/step.ts";
import { wait } from "../wait.ts";

/** What a running task may be said to be doing. */
export interface TaskProgress {
  readonly message?: string;
  readonly percent?: number;
  readonly waitingFor?: string;
  readonly waitingUntil?: string;
  readonly state?: "RUNNING" | "STUCK";
  readonly tries?: number;
}

/** The time of one task: how long it may take, and the waits in it. */
export interface TaskClock {
  /** When the task was first tried, by the database clock. */
  readonly startedAt: Date;
  /** Tells what the task is doing. Returns at once. */
  report(progress: TaskProgress): void;
  /**
   * Waits, saying for what and until when. Past the task's deadline the task counts as stuck; past its end a StepFailure is thrown, which
   * names what was waited for. Ends early, without an error, when `wake` aborts. Rejects with the task's signal's reason.
   */
  pause(ms: number, what: string, wake?: AbortSignal): Promise<void>;
  /** The same for a wait of unknown length: `work` gets a signal that also aborts when the task must be given up. */
  await<Result>(what: string, work: (signal: AbortSignal) => Promise<Result>): Promise<Result>;
}

/** What a clock needs. */
export interface TaskClockOptions {
  readonly startedAt: Date;
  readonly deadlineMs: number;
  readonly giveUpMs: number;
  readonly signal: AbortSignal;
  readonly report: (progress: TaskProgress) => void;
}

/** Starts the clock of a task that may have begun before this process did. */
export function createTaskClock(options: TaskClockOptions): TaskClock {
  const { startedAt, signal, report } = options;
  const stuckAt = startedAt.getTime() + options.deadlineMs;
  const endAt = startedAt.getTime() + options.giveUpMs;
  let stuck = false;

  const say = (what: string): void => {
    const late = Date.now() >= stuckAt;
    const until = new Date(late ? endAt : stuckAt).toISOString();
    const turns = late && !stuck;
    stuck = late;
    report({ waitingFor: what, waitingUntil: until, ...(turns && { state: "STUCK" as const }) });
  };
  const givenUp = (what: string): StepFailure =>
    new StepFailure(`given up after ${duration(options.giveUpMs)}, waiting for ${what}`);

  /** Wakes at the deadline, to say so, and at the end, to give up. */
  const hold = async (ms: number, what: string, on: AbortSignal): Promise<void> => {
    for (let left = ms; left > 0; ) {
      say(what);
      const now = Date.now();
      if (now >= endAt) throw givenUp(what);
      const part = Math.min(left, (now < stuckAt ? stuckAt : endAt) - now);
      await wait(part, on);
      left -= part;
    }
  };
  return {
    startedAt,
    report,
    async pause(ms, what, wake) {
      if (wake === undefined) return hold(ms, what, signal);
      await hold(ms, what, AbortSignal.any([signal, wake])).catch((error: unknown) => {
        if (signal.aborted || !wake.aborted) throw error;
      });
    },
    async await(what, work) {
      const over = new AbortController();
      const done = new AbortController();
      hold(Number.POSITIVE_INFINITY, what, done.signal).catch((error) => over.abort(error));
      try {
        return await work(AbortSignal.any([over.signal, signal]));
      } finally {
        done.abort();
      }
    },
  };
}

function duration(ms: number): string {
  if (ms >= 60_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 1_000)} s`;
}
