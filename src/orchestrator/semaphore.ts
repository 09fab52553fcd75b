/** Lets a bounded number of holders in, first come first served. */
export interface Semaphore {
  /** Waits for a place and runs `work` in it. Rejects with the signal's reason when that aborts while waiting. */
  run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>;
  /** Changes how many may be in at a time, at least 1. Who is in stays in. */
  resize(places: number): void;
}

/** Makes a semaphore of so many places, at least 1. */
export function createSemaphore(places: number): Semaphore {
  let free = Math.max(1, places);
  let size = free;
  const waiting = new Set<() => void>();

  const admit = (): void => {
    for (const enter of waiting) {
      if (free <= 0) return;
      free--;
      waiting.delete(enter);
      enter();
    }
  };
  const enter = (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const granted = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.delete(granted);
        reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.add(granted);
      admit();
    });
  };
  return {
    async run(signal, work) {
      await enter(signal);
      try {
        return await work();
      } finally {
        free++;
        admit();
      }
    },
    resize(wanted) {
      const next = Math.max(1, wanted);
      free += next - size;
      size = next;
      admit();
    },
  };
}
