/** Lets only so many tasks run at the same time; the others wait in order. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/** A gate for `limit` tasks. */
export function createGate(limit: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
