/** What goes on in the engine, so that a shutdown can wait for it. */
export interface Activity {
  readonly signal: AbortSignal;
  /** Runs `work`, or waits for ever once the engine stops. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Waits for ever, and doesn't count as going on. */
  park(): Promise<never>;
  /** Resolves when nothing goes on any more. */
  drained(): Promise<void>;
}

/** Makes the record of what goes on until `signal` fires. */
export function createActivity(signal: AbortSignal): Activity {
  let busy = 0;
  const idle = Promise.withResolvers<void>();
  const settle = (): void => {
    busy--;
    if (signal.aborted && busy === 0) idle.resolve();
  };
  return {
    signal,
    async during(work) {
      if (signal.aborted) return new Promise(() => {});
      busy++;
      try {
        return await work();
      } finally {
        settle();
      }
    },
    park() {
      settle();
      return new Promise(() => {});
    },
    drained() {
      if (busy === 0) idle.resolve();
      return idle.promise;
    },
  };
}
