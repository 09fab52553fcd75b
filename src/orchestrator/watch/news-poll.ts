import { sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { counter } from "../../db/schema.ts";
import { eventStream } from "../store/append-events.ts";
import { wait } from "../wait.ts";

/** Looks how far the streams of all watched designs have come, in one question, while any is watched. */
export interface NewsPoll {
  /** Begins to look after a design; `tell` is told the newest number each time. */
  watch(design: string, tell: (newest: bigint) => void): void;
  leave(design: string): void;
}

/** Makes a poll that asks every `pollMs`. A database that doesn't answer is asked again. */
export function createNewsPoll(db: Db, pollMs: number): NewsPoll {
  const watched = new Map<string, (newest: bigint) => void>();
  let running: AbortController | undefined;

  const look = async (): Promise<void> => {
    const designs = new Map([...watched.keys()].map((design) => [eventStream(design), design]));
    const rows = await execute<{ stream: string; value: string }>(
      db,
      sql`select ${counter.stream}, ${counter.value}::text as value from ${counter}
        where ${counter.stream} in (select jsonb_array_elements_text(${JSON.stringify([...designs.keys()])}::text::jsonb))`,
    );
    for (const { stream, value } of rows) watched.get(designs.get(stream) ?? "")?.(BigInt(value));
  };
  const run = async (stop: AbortSignal): Promise<void> => {
    for (;;) {
      await wait(pollMs, stop);
      await look().catch(() => {});
    }
  };
  return {
    watch(design, tell) {
      watched.set(design, tell);
      if (running !== undefined) return;
      running = new AbortController();
      run(running.signal).catch(() => {});
    },
    leave(design) {
      watched.delete(design);
      if (watched.size > 0) return;
      running?.abort();
      running = undefined;
    },
  };
}
