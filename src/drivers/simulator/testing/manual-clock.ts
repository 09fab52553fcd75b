import type { WorldClock } from "../world/clock.ts";

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends WorldClock {
  /** Goes on by so many milliseconds; what was due meanwhile happens in order. */
  pass(ms: number): void;
}

/** A clock that begins at a moment in 2030. */
export function createManualClock(start = 1_900_000_000_000): ManualClock {
  let now = start;
  let due: { readonly at: number; readonly done: () => void }[] = [];
  return {
    now: () => now,
    after(ms, done) {
      const entry = { at: now + ms, done };
      due.push(entry);
      return () => {
        due = due.filter((each) => each !== entry);
      };
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        due = due.filter((each) => each !== next);
        now = next.at;
        next.done();
      }
      now = end;
    },
  };
}
