import { readdirSync, readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { type Database, execute } from "../src/db/database.ts";

/** What something took, in milliseconds: on the clock, and of processors, of this process and the database's. */
export interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** Measures work. */
export interface WorkClock {
  time(work: () => Promise<unknown>): Promise<Took>;
  /** Begins a measurement that may be read more than once. */
  start(): () => Took;
}

/**
 * A clock for work with a database. A busy machine stretches what takes long more than what is done within one turn on a processor, so that comparing times on the
 * clock tells more of the machine than of the work; processor time is what is compared. That of a PostgreSQL is its processes', which must run on this machine.
 */
export async function createWorkClock({ db, engineBackend }: Database): Promise<WorkClock> {
  const postmaster = engineBackend.kind === "postgres" ? await findPostmaster(db) : undefined;
  const ownTime = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const serverTime = () => (postmaster === undefined ? 0 : childrenTime(postmaster));
  const start = () => {
    // Looking takes time, too: outside of what is measured.
    const server = serverTime();
    const own = ownTime();
    const wall = performance.now();
    return (): Took => {
      const took = { wall: performance.now() - wall, cpu: ownTime() - own };
      return { ...took, cpu: took.cpu + serverTime() - server };
    };
  };
  return {
    start,
    async time(work) {
      const read = start();
      await work();
      return read();
    },
  };
}

async function findPostmaster(db: Database["db"]): Promise<number> {
  const [row] = await execute<{ pid: number }>(db, sql`select pg_backend_pid() as pid`);
  return parentOf(row?.pid ?? 0) ?? 0;
}

/** Processor time of a process's children so far, in milliseconds. */
function childrenTime(parent: number): number {
  let sum = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || parentOf(Number(name)) !== parent) continue;
    const nanoseconds = Number(readProc(`/proc/${name}/schedstat`)?.split(" ", 1)[0] ?? 0);
    sum += nanoseconds / 1e6;
  }
  return sum;
}

function parentOf(pid: number): number | undefined {
  // The name of a program may hold blanks; what is wanted stands behind the last parenthesis.
  const fields = readProc(`/proc/${pid}/stat`)?.split(") ").at(-1)?.split(" ");
  return fields === undefined ? undefined : Number(fields[1]);
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The middle of what was measured, on each clock. */
export function middle(times: readonly Took[]): Took {
  const of = (key: keyof Took) =>
    times.map((each) => each[key]).toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return { wall: of("wall"), cpu: of("cpu") };
}
