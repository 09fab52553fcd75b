import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { FuzzInput } from "./input.ts";

/** Checks inputs in a thread of its own. */
export interface Checker {
  /** What is wrong with how an input is read, "hang" when it takes longer than the limit; undefined when nothing is. */
  check(input: FuzzInput, limitMs?: number): Promise<string | undefined>;
  /** Ends the thread, without waiting for one that can't be ended. */
  close(): void;
}

/** Far longer than any input takes that doesn't hang, on a machine however busy. */
const defaultLimitMs = 20_000;

/** A checker; a thread that hung is ended and another one started. */
export function createChecker(): Checker {
  let worker: Worker | undefined;

  async function started(): Promise<Worker> {
    if (worker !== undefined) return worker;
    worker = new Worker(new URL("./check-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 1024 },
    });
    await once(worker, "message");
    return worker;
  }

  async function check(input: FuzzInput, limitMs = defaultLimitMs): Promise<string | undefined> {
    const running = await started();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), limitMs);
    running.postMessage(input);
    try {
      const [fault] = await once(running, "message", { signal: limit.signal });
      return fault ?? undefined;
    } catch (error) {
      worker = undefined;
      void running.terminate();
      return limit.signal.aborted ? "hang" : `thread ended: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    check,
    close: () => {
      void worker?.terminate();
      worker?.unref();
      worker = undefined;
    },
  };
}
