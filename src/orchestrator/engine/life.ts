import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { holdLife } from "../../db/hold-life.ts";
import { replica } from "../../db/schema.ts";
import { endStuckSessions } from "./end-stuck-sessions.ts";
import { outsideWorkflows } from "./outside-workflows.ts";

/**
 * One life of this process as one of those that carry jobs out. Whoever is silent for too long is dead: others take up its work, and it may act no more. Who
 * was only stopped and wakes up notices that here, before anything is done or written.
 */
export interface Life {
  /** The name of the process in this life. */
  readonly id: string;
  /** Aborts, with LifeLost, once another process has taken up the work of this one. */
  readonly lost: AbortSignal;
  /** Says that this process is alive. To be called before it takes any work. */
  begin(): Promise<void>;
  /** Says so again and again, and takes up the work of the dead. */
  keep(work: LifeWork): void;
  /**
   * The moment, by the clock of this host, until which nobody else takes up this process's work: at least half of the time after which the silent count
   * as dead, from now. Throws LifeLost; rejects as the database does when that is away.
   */
  heldUntil(): Promise<Date>;
  /**
   * Makes sure, within a transaction, that no other process has taken up the work of this one, nor does until the transaction has ended. Throws LifeLost.
   */
  assertHeld(tx: Db): Promise<void>;
  /** Says that this process is gone: its work is taken up at once. */
  end(): Promise<void>;
}

/** How the work of the dead is found and taken up. */
export interface LifeWork {
  /** Names of the processes that hold unfinished work. */
  readonly holders: () => Promise<readonly string[]>;
  /** Takes up the unfinished work of processes. Safe for several at a time to do. */
  readonly takeOver: (ids: readonly string[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** What a life is made of. */
export interface LifeOptions {
  readonly db: Db;
  /** Whether other processes may be at work on the same database. */
  readonly shared: boolean;
  /** How often a process says that it is alive, in milliseconds. */
  readonly heartbeatMs?: number | undefined;
  /** After how long a silence it counts as dead, in milliseconds; the same for all processes of a database. */
  readonly deadAfterMs?: number | undefined;
}

/** Another process has taken up the work of this one. */
export class LifeLost extends Error {
  override name = "LifeLost";
  constructor() {
    super("this process was silent for so long that another one has taken up its work");
  }
}

const HEARTBEAT_MS = 2_000;
const DEAD_AFTER_MS = 10_000;

/** Makes a life; nothing is written before it begins. */
export function createLife(options: LifeOptions): Life {
  return options.shared ? sharedLife(options) : onlyLife(options);
}

/** Alone on its database, nobody takes anything from it. Its name stays, so that it takes up what it left when it died. */
function onlyLife({ db, deadAfterMs = DEAD_AFTER_MS }: LifeOptions): Life {
  const id = "local";
  return {
    id,
    lost: new AbortController().signal,
    begin: () => announce(db, id),
    keep() {},
    heldUntil: async () => new Date(Date.now() + deadAfterMs),
    assertHeld: async () => {},
    end: async () => {},
  };
}

function sharedLife({ db, heartbeatMs = HEARTBEAT_MS, deadAfterMs = DEAD_AFTER_MS }: LifeOptions): Life {
  const id = `${hostname()}-${randomUUID()}`;
  const lost = new AbortController();
  // By the clock that nobody sets, and as others may read it. Both count from before the database was told, so that it never promises less.
  let held = { until: 0, moment: 0 };
  let telling: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let beating = Promise.resolve();
  let ended = false;

  const lose = (): LifeLost => {
    // Noticed within a step; the next life, which begins with this, is no part of it.
    if (!lost.signal.aborted) outsideWorkflows(() => lost.abort(new LifeLost()));
    return lost.signal.reason as LifeLost;
  };
  const tell = async (): Promise<void> => {
    lost.signal.throwIfAborted();
    const asked = { until: performance.now() + deadAfterMs, moment: Date.now() + deadAfterMs };
    const rows = await execute(db, sql`update ${replica} set seen_at = now() where id = ${id} returning id`);
    // Whoever declares a process dead deletes its row.
    if (rows.length === 0) throw lose();
    held = asked;
  };
  const tellOnce = (): Promise<void> => {
    telling ??= tell().finally(() => {
      telling = undefined;
    });
    return telling;
  };
  const beat = async ({ holders, takeOver, onError }: LifeWork): Promise<void> => {
    try {
      await tellOnce();
      await endStuckSessions(db, deadAfterMs);
      const others = (await holders()).filter((holder) => holder !== id);
      if (others.length === 0) return;
      const living = await buryTheDead(db, deadAfterMs);
      const dead = others.filter((holder) => !living.has(holder));
      if (dead.length > 0 && !ended && !lost.signal.aborted) await takeOver(dead);
    } catch (error) {
      if (!lost.signal.aborted) onError(error);
    }
  };
  const schedule = (work: LifeWork): void => {
    if (ended || lost.signal.aborted) return;
    timer = setTimeout(() => {
      beating = beat(work).then(() => schedule(work));
    }, heartbeatMs);
  };
  return {
    id,
    lost: lost.signal,
    async begin() {
      const asked = { until: performance.now() + deadAfterMs, moment: Date.now() + deadAfterMs };
      ended = false;
      await announce(db, id);
      held = asked;
    },
    keep(work) {
      beating = beat(work).then(() => schedule(work));
    },
    async heldUntil() {
      for (;;) {
        lost.signal.throwIfAborted();
        if (held.until - performance.now() >= deadAfterMs / 2) return new Date(held.moment);
        // What was told before the process was stopped may be answered only now that it wakes, and is then long over.
        await tellOnce();
      }
    },
    async assertHeld(tx) {
      lost.signal.throwIfAborted();
      if (!(await holdLife(tx, id, deadAfterMs))) throw lose();
    },
    async end() {
      ended = true;
      clearTimeout(timer);
      await beating;
      await db.delete(replica).where(sql`${replica.id} = ${id}`);
    },
  };
}

async function announce(db: Db, id: string): Promise<void> {
  await db
    .insert(replica)
    .values({ id })
    .onConflictDoUpdate({ target: replica.id, set: { seenAt: sql`now()` } });
}

/** Deletes those that were silent for too long, and gives the names of all others. */
async function buryTheDead(db: Db, deadAfterMs: number): Promise<ReadonlySet<string>> {
  await execute(db, sql`delete from ${replica} where seen_at < now() - make_interval(secs => ${deadAfterMs / 1000})`);
  const rows = await execute<{ id: string }>(db, sql`select id from ${replica}`);
  return new Set(rows.map((row) => row.id));
}
