/**
 * A stream of what `each` makes of every member. A throw of `each`, or of the source after `mend` had a look at it, ends
 * the stream; `done` runs once when it ends for whatever reason, with the error if there was one.
 */
export function mapStream<T, U>(
  source: AsyncIterable<T>,
  each: (member: T) => U,
  mend: (caught: unknown) => unknown = (caught) => caught,
  done: (error?: unknown) => void = () => {},
): AsyncIterable<U> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      let open = true;
      const end = (error?: unknown): void => {
        if (open) done(error);
        open = false;
      };
      return {
        async next() {
          try {
            const member = await iterator.next();
            if (member.done !== true) return { done: false, value: each(member.value) };
            end();
            return { done: true, value: undefined };
          } catch (caught) {
            const error = mend(caught);
            end(error);
            throw error;
          }
        },
        async return() {
          end();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
        async throw(caught) {
          end(caught);
          await iterator.return?.();
          throw caught;
        },
      };
    },
  };
}

/** The stream, cut short with an error of the signal the moment it fires, even if the source never yields again. */
export function untilAborted<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  error: (signal: AbortSignal) => unknown,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      // A source in the middle of a wait only hears of this when the wait is over, so nobody waits for the answer.
      const leave = (): void => void Promise.resolve(iterator.return?.()).catch(() => {});
      return {
        async next() {
          try {
            return await raceAbort(iterator.next(), signal, error);
          } catch (caught) {
            if (signal.aborted) leave();
            throw caught;
          }
        },
        return() {
          leave();
          return Promise.resolve({ done: true, value: undefined });
        },
      };
    },
  };
}

/** The promise, or a rejection with an error of the signal if that fires first. */
export function raceAbort<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  error: (signal: AbortSignal) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(error(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
