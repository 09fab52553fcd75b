import { operationInProgress } from "./driver-error.ts";

/** Keeps operations on one subject apart while their calls run; nothing outlives the calls. */
export interface Locks {
  /**
   * Runs `work` when no other call runs on the subject of that key. A call of the same operation waits for it, one of
   * another operation fails at once with ABORTED, naming the one in the way.
   */
  run<T>(key: string, subject: string, operationId: string, work: () => Promise<T>): Promise<T>;
}

/** No locks held. */
export function createLocks(): Locks {
  const held = new Map<string, { readonly operationId: string; readonly last: Promise<unknown> }>();
  return {
    async run(key, subject, operationId, work) {
      const before = held.get(key);
      if (before !== undefined && before.operationId !== operationId) {
        throw operationInProgress(subject, `another operation works on ${subject}`, before.operationId);
      }
      const mine = (before?.last ?? Promise.resolve()).then(work, work);
      const entry = { operationId, last: mine };
      held.set(key, entry);
      try {
        return await mine;
      } finally {
        if (held.get(key) === entry) held.delete(key);
      }
    },
  };
}
