import { Pool } from "undici";

const MAX_POOLS = 16;
const CONNECT_TIMEOUT_MS = 5000;
const IDLE_MS = 30_000;

/** Connections to the MAAS servers in use: the only thing kept between calls. */
export interface Pools {
  /** The pool of an origin. Its connections bound the requests under way; further ones wait in line. */
  get(origin: string, maxInFlight: number): Pool;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Keeps the pools of the sixteen servers used last. */
export function createPools(): Pools {
  const pools = new Map<string, Pool>();
  return {
    get(origin, maxInFlight) {
      const key = `${maxInFlight} ${origin}`;
      const known = pools.get(key);
      const pool =
        known ??
        new Pool(origin, {
          connections: maxInFlight,
          pipelining: 1,
          connect: { timeout: CONNECT_TIMEOUT_MS },
          keepAliveTimeout: IDLE_MS,
          keepAliveMaxTimeout: IDLE_MS,
        });
      pools.delete(key);
      pools.set(key, pool);
      for (const [oldest, idle] of pools) {
        if (pools.size <= MAX_POOLS) break;
        pools.delete(oldest);
        void idle.close();
      }
      return pool;
    },
    async close() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}
