import type { Pool, PoolClient } from "./pglite-pool.ts";

/** A pool that can be closed to whoever still holds it. */
export interface PoolGate {
  readonly pool: Pool;
  /**
   * Lets what is under way finish and resolves then. Whatever is asked from now on waits for ever, so that work left behind
   * by a stopped engine neither fails nor writes.
   */
  close(): Promise<void>;
}

/** Puts a gate before a pool. */
export function createPoolGate(pool: Pool): PoolGate {
  let closed = false;
  let busy = 0;
  const idle = Promise.withResolvers<void>();
  const enter = (): Promise<void> | undefined => {
    if (closed) return new Promise(() => {});
    busy++;
    return undefined;
  };
  const leave = (): void => {
    busy--;
    if (closed && busy === 0) idle.resolve();
  };
  return {
    pool: {
      options: pool.options,
      async query(text, params) {
        await enter();
        return pool.query(text, params).finally(leave);
      },
      async connect() {
        await enter();
        try {
          return guardRelease(await pool.connect(), leave);
        } catch (error) {
          leave();
          throw error;
        }
      },
    },
    close() {
      closed = true;
      if (busy === 0) idle.resolve();
      return idle.promise;
    },
  };
}

function guardRelease(client: PoolClient, leave: () => void): PoolClient {
  const release = client.release.bind(client);
  let held = true;
  client.release = (...reason: []) => {
    client.release = release;
    release(...reason);
    if (held) leave();
    held = false;
  };
  return client;
}
