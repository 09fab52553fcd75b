/** Bounds the requests under way to one MAAS, over all calls and driver instances of this process. */
export interface InFlight {
  /**
   * Waits for its turn, first come first served, until fewer than `limit` are under way; gives what ends it. Rejects with the signal's reason, and when too many wait already.
   */
  enter(limit: number, signal: AbortSignal): Promise<() => void>;
  /** How many are under way. */
  readonly active: number;
}

/** More wait only when something is wrong with who asks. */
const MOST_WAITING = 20_000;

interface Waiting {
  readonly limit: number;
  readonly start: () => void;
}

/** Too many requests wait for their turn. */
export class TooManyWaiting extends Error {
  override name = "TooManyWaiting";
}

/** A bound nobody is within yet. The limit is each caller's own, so that of several instances for one MAAS the smaller is kept to by those it was given to. */
export function createInFlight(): InFlight {
  const queue: Waiting[] = [];
  let active = 0;
  const next = (): void => {
    for (let [first] = queue; first !== undefined && active < first.limit; [first] = queue) {
      queue.shift();
      active += 1;
      first.start();
    }
  };
  const leave = (): (() => void) => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      active -= 1;
      next();
    };
  };
  return {
    async enter(limit, signal) {
      signal.throwIfAborted();
      if (queue.length >= MOST_WAITING) throw new TooManyWaiting(`${queue.length} requests wait for their turn`);
      await new Promise<void>((resolve, reject) => {
        const abandon = (): void => {
          const at = queue.indexOf(waiting);
          if (at < 0) return;
          queue.splice(at, 1);
          reject(signal.reason);
          next();
        };
        const waiting: Waiting = {
          limit,
          start: () => {
            signal.removeEventListener("abort", abandon);
            resolve();
          },
        };
        queue.push(waiting);
        signal.addEventListener("abort", abandon, { once: true });
        next();
      });
      return leave();
    },
    get active() {
      return active;
    },
  };
}
