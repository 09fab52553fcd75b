/** What goes on in the engine, so that a shutdown can wait for it. */
export interface Activity {
  readonly signal: AbortSignal;
  /** Runs `work`, or waits for ever once the engine stops. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Runs `work` for one who is no workflow: rejects with the signal's reason once the engine stops, however far it has come. */
  unlessStopped<Result>(work: () => Promise<Result>): Promise<Result>;
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
  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    busy++;
    try {
      return await work();
    } finally {
      settle();
    }
  };
  return {
    signal,
    during: (work) => (signal.aborted ? new Promise(() => {}) : run(work)),
    async unlessStopped(work) {
      signal.throwIfAborted();
      const stopped = Promise.withResolvers<never>();
      const stop = (): void => stopped.reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
      const done = run(work);
      try {
        return await Promise.race([done, stopped.promise]);
      } finally {
        signal.removeEventListener("abort", stop);
        // Nobody hears any more how it ends.
        done.catch(() => {});
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
