/** Where the simulator gets its time from, so that tests decide when it passes. */
export interface Scheduler {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once after a delay in milliseconds, never synchronously. Returns its cancellation. */
  after(delayMs: number, action: () => void): () => void;
}

/** The real clock. Timers are monotonic and do not keep the process alive. */
export function createSystemScheduler(): Scheduler {
  return {
    now: () => Date.now(),
    after(delayMs, action) {
      const timer = setTimeout(action, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

/** A clock that stands still until it is advanced. */
export interface ManualScheduler extends Scheduler {
  /** Moves the clock on and runs what falls due, in order of due time, including what those actions schedule. */
  advance(ms: number): void;
}

/** A clock for tests. `start` is its first wall time, milliseconds since the epoch. */
export function createManualScheduler(start: number): ManualScheduler {
  let now = start;
  let order = 0;
  const waiting = new Map<number, { readonly due: number; readonly action: () => void }>();
  return {
    now: () => now,
    after(delayMs, action) {
      const id = order;
      order += 1;
      waiting.set(id, { due: now + delayMs, action });
      return () => waiting.delete(id);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = [...waiting].sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
        if (next === undefined || next[1].due > until) break;
        waiting.delete(next[0]);
        now = Math.max(now, next[1].due);
        next[1].action();
      }
      now = until;
    },
  };
}
