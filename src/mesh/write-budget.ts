/** Bytes answered but not yet taken by their reader, bounded per connection and in total. */
export interface WriteBudget {
  /** Waits until the connection may hold `bytes` more, and counts them. Rejects when `signal` fires. */
  take(connection: object, bytes: number, signal: AbortSignal): Promise<void>;
  /** The bytes have left, or never will. */
  give(connection: object, bytes: number): void;
}

/**
 * `perConnection` and `total` are in bytes; one message always passes, however large. Past `total` the connection that
 * holds most is handed to `shed`, which must end it.
 */
export function createWriteBudget(
  max: { readonly perConnection: number; readonly total: number },
  shed: (connection: object) => void,
): WriteBudget {
  const held = new Map<object, number>();
  const waiting = new Map<object, Set<() => void>>();
  let total = 0;

  const fits = (connection: object, bytes: number): boolean => {
    const own = held.get(connection) ?? 0;
    return own === 0 || own + bytes <= max.perConnection;
  };

  return {
    async take(connection, bytes, signal) {
      while (!fits(connection, bytes)) {
        signal.throwIfAborted();
        const { promise, resolve } = Promise.withResolvers<void>();
        const queue = waiting.get(connection) ?? new Set();
        waiting.set(connection, queue.add(resolve));
        signal.addEventListener("abort", () => resolve(), { once: true });
        await promise;
        queue.delete(resolve);
      }
      held.set(connection, (held.get(connection) ?? 0) + bytes);
      total += bytes;
      if (total <= max.total) return;
      const [greediest] = [...held].reduce((a, b) => (b[1] > a[1] ? b : a));
      shed(greediest);
    },
    give(connection, bytes) {
      total -= bytes;
      const left = (held.get(connection) ?? 0) - bytes;
      if (left > 0) held.set(connection, left);
      else held.delete(connection);
      const queue = waiting.get(connection);
      waiting.delete(connection);
      for (const wake of queue ?? []) wake();
    },
  };
}
