/** At most so many calls wait for a slot of one plugin; more are refused at once. */
const WAITING_MAX = 10_000;

/** How many calls a plugin takes at a time. */
export interface CallSlots {
  readonly limit: number;
  /**
   * Takes a slot, first come first served, and resolves with the function that gives it back (once; further calls do
   * nothing). Rejects with the signal's reason when it aborts first, and with a RangeError when 10,000 wait already.
   */
  take(signal: AbortSignal): Promise<() => void>;
}

/** Makes `limit` slots. */
export function createCallSlots(limit: number): CallSlots {
  let free = limit;
  // A Set keeps its order and forgets in constant time, whoever leaves the queue.
  const waiting = new Set<() => void>();

  const grant = (): (() => void) => {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [next] = waiting;
      if (next === undefined) free++;
      else {
        waiting.delete(next);
        next();
      }
    };
  };

  return {
    limit,
    async take(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free--;
        return grant();
      }
      if (waiting.size >= WAITING_MAX) throw new RangeError(`${WAITING_MAX} calls wait already`);
      return new Promise((resolve, reject) => {
        const enter = (): void => {
          signal.removeEventListener("abort", leave);
          resolve(grant());
        };
        const leave = (): void => {
          waiting.delete(enter);
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.add(enter);
      });
    },
  };
}
