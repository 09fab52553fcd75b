import { Pool } from "undici";
import { createInFlight, type InFlight } from "./in-flight.ts";

const MAX_POOLS = 16;
const CONNECT_TIMEOUT_MS = 5000;
const IDLE_MS = 30_000;
/** The most requests at a time any target may ask for. */
const MOST_CONNECTIONS = 64;

/** The way to one MAAS: its connections, and the bound on requests under way. */
export interface Way {
  readonly pool: Pool;
  readonly inFlight: InFlight;
}

/** Connections to the MAAS servers in use: the only thing kept between calls. */
export interface Pools {
  /** The one way to an origin, whichever driver instance, key or options a call comes with. */
  get(origin: string): Way;
  /** Closes all connections. */
  close(): Promise<void>;
}

/** Keeps the ways to the sixteen servers used last, and any that is in use. */
export function createPools(): Pools {
  const ways = new Map<string, Way>();
  return {
    get(origin) {
      const way = ways.get(origin) ?? { pool: openPool(origin), inFlight: createInFlight() };
      ways.delete(origin);
      ways.set(origin, way);
      for (const [oldest, { pool, inFlight }] of ways) {
        if (ways.size <= MAX_POOLS) break;
        // One in use keeps its bound and its connections.
        if (inFlight.active > 0 || oldest === origin) continue;
        ways.delete(oldest);
        void pool.close();
      }
      return way;
    },
    async close() {
      const all = [...ways.values()];
      ways.clear();
      await Promise.all(all.map(({ pool }) => pool.destroy()));
    },
  };
}

function openPool(origin: string): Pool {
  return new Pool(origin, {
    connections: MOST_CONNECTIONS,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
  });
}
