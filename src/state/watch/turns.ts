/** Lets so many do something at the same time; others wait, and come in their order. */
export interface Turns {
  /** Resolves when it is the caller's turn, who must give it back. */
  take(): Promise<void>;
  give(): void;
}

/** Makes `most` turns. */
export function createTurns(most: number): Turns {
  const waiting: (() => void)[] = [];
  let free = most;
  return {
    take() {
      if (free > 0) {
        free--;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    give() {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
