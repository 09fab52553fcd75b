import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { replica } from "../../db/schema.ts";

/** Keeps this process known as alive, and takes up the workflows of those that are not. */
export interface Replicas {
  /** Says that this process is alive. To be called before it takes any work. */
  announce(): Promise<void>;
  /** Begins to say so again and again, and to look for the dead. */
  start(): void;
  /** Stops, and says that this process is gone. */
  stop(): Promise<void>;
}

/** What replicas are made of. */
export interface ReplicasOptions {
  readonly db: Db;
  /** Id of this process. */
  readonly id: string;
  /** How often a process says that it is alive, in milliseconds. */
  readonly heartbeatMs: number;
  /** After how long a silence it counts as dead, in milliseconds, by the database clock. */
  readonly deadAfterMs: number;
  /** Ids of the processes that hold unfinished work. */
  readonly holders: () => Promise<readonly string[]>;
  /** Takes up the unfinished work of processes. Safe for several at a time to do. */
  readonly takeOver: (ids: readonly string[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Makes the keeper; nothing is written before `announce`. */
export function createReplicas(options: ReplicasOptions): Replicas {
  const { db, id } = options;
  let timer: NodeJS.Timeout | undefined;
  let beating = Promise.resolve();
  let stopped = false;

  const announce = async (): Promise<void> => {
    await db
      .insert(replica)
      .values({ id })
      .onConflictDoUpdate({ target: replica.id, set: { seenAt: sql`now()` } });
  };
  const beat = async (): Promise<void> => {
    try {
      await announce();
      const holders = (await options.holders()).filter((holder) => holder !== id);
      if (holders.length === 0) return;
      const living = await livingReplicas(db, options.deadAfterMs);
      const dead = holders.filter((holder) => !living.has(holder));
      if (dead.length > 0 && !stopped) await options.takeOver(dead);
    } catch (error) {
      options.onError(error);
    }
  };
  const schedule = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      beating = beat().then(schedule);
    }, options.heartbeatMs);
  };
  return {
    announce,
    start() {
      beating = beat().then(schedule);
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await beating;
      await db.delete(replica).where(sql`${replica.id} = ${id}`);
    },
  };
}

async function livingReplicas(db: Db, deadAfterMs: number): Promise<ReadonlySet<string>> {
  const rows = await execute<{ id: string }>(
    db,
    sql`select id from ${replica} where seen_at > now() - make_interval(secs => ${deadAfterMs / 1000})`,
  );
  return new Set(rows.map((row) => row.id));
}
