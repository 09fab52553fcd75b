import { sql } from "drizzle-orm";
import { announce } from "../../db/announce.ts";
import { type Db, execute } from "../../db/database.ts";
import { counter, event } from "../../db/schema.ts";
import { iso, jsonRows } from "./iso.ts";

/** An event to be written down. `change` is the JSON of the contract's event message, with nothing but what happened. */
export interface NewEvent {
  readonly jobId: string;
  /** The number in its job of the task it is about; absent when it is about none. */
  readonly task?: number;
  /** The node it is about; absent when it is about none. */
  readonly node?: string;
  readonly change: unknown;
}

/** The stream that events of a design are numbered in. */
export function eventStream(design: string): string {
  return `event/${design}`;
}

/** The stream whose number is the newest of a design's whose event is not kept any more. */
export function horizonStream(design: string): string {
  return `event-horizon/${design}`;
}

/**
 * Adds events to a design's stream, in order, and gives their moment by the database clock. Numbers have no gaps, and others who add some wait for this
 * transaction.
 */
export async function appendEvents(tx: Db, design: string, events: readonly NewEvent[]): Promise<Date> {
  const { first, at } = await takeNumbers(tx, design, events.length);
  const rows = events.map((each, index) => ({ ...each, sequence: String(first + BigInt(index)) }));
  await tx.execute(sql`insert into ${event} (design, sequence, job_id, task, node, change)
    select ${design}, given.sequence, given."jobId", given.task, given.node, given.change
    from ${jsonRows(rows, sql.raw('"jobId" text, sequence bigint, task integer, node text, change jsonb'))}`);
  announce(tx, eventStream(design));
  return at;
}

async function takeNumbers(tx: Db, design: string, count: number): Promise<{ first: bigint; at: Date }> {
  const rows = await execute<{ value: string; at: string }>(
    tx,
    sql`insert into ${counter} (stream, value) values (${eventStream(design)}, ${count})
      on conflict (stream) do update set value = ${counter.value} + ${count} returning value::text as value, ${iso(sql`now()`)} as at`,
  );
  return { first: BigInt(rows[0]?.value ?? 0) - BigInt(count) + 1n, at: new Date(rows[0]?.at ?? Number.NaN) };
}
