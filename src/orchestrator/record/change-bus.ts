/** Tells those who wait for something that it was written down, in this process. */
export interface ChangeBus {
  /** Says that something of these keys was written. */
  emit(keys: readonly string[]): void;
  /** Begins to listen for a key; nothing said from now on is missed. To be closed. */
  listen(key: string): ChangeListener;
}

/** One who waits for a key. */
export interface ChangeListener {
  /** Resolves when something was written since the last wait, after `timeoutMs`, or when the signal aborts: whichever comes first. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Makes a bus. */
export function createChangeBus(): ChangeBus {
  const listeners = new Map<string, Set<() => void>>();
  return {
    emit(keys) {
      for (const key of keys) for (const wake of listeners.get(key) ?? []) wake();
    },
    listen(key) {
      let news = false;
      let waiting: (() => void) | undefined;
      const wake = (): void => {
        news = true;
        waiting?.();
      };
      const woken = listeners.get(key) ?? new Set();
      listeners.set(key, woken.add(wake));
      return {
        wait(timeoutMs, signal) {
          if (news || signal.aborted) {
            news = false;
            return Promise.resolve();
          }
          return new Promise((resolve) => {
            const done = (): void => {
              clearTimeout(timer);
              signal.removeEventListener("abort", done);
              waiting = undefined;
              news = false;
              resolve();
            };
            const timer = setTimeout(done, timeoutMs);
            signal.addEventListener("abort", done, { once: true });
            waiting = done;
          });
        },
        close() {
          woken.delete(wake);
          if (woken.size === 0 && listeners.get(key) === woken) listeners.delete(key);
        },
      };
    },
  };
}
