import { wait } from "../wait.ts";

const RETRY_MS = 1_000;

/**
 * Does something again and again, a second apart, until it is done. `failed` is told of each failure, and ends the attempts by throwing.
 * Rejects with the reason of `stop` once that aborts.
 */
export async function untilStop<Result>(
  stop: AbortSignal,
  work: () => Promise<Result>,
  failed: (error: unknown) => void,
): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      stop.throwIfAborted();
      failed(error);
    }
    await wait(RETRY_MS, stop);
  }
}
