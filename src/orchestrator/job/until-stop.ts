import { wait } from "../wait.ts";

const RETRY_MS = 1_000;

/**
 * Does something again and again, a second apart, until it is done. `failed` is told of each failure, and ends the attempts by throwing.
 * Never settles once `stop` aborts: what is waited for then is taken up again at the next launch, and must not count as failed.
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
      if (stop.aborted) return new Promise(() => {});
      failed(error);
    }
    try {
      await wait(RETRY_MS, stop);
    } catch {
      return new Promise(() => {});
    }
  }
}
