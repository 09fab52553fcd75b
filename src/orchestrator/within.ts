import { setTimeout as delay } from "node:timers/promises";

/** Waits for something, and at most so many milliseconds. Says whether it came; rejects as it does by then. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  try {
    return await Promise.race([work.then(() => true), delay(ms, false, { signal: over.signal })]);
  } finally {
    over.abort();
  }
}
