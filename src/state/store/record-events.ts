import { sql } from "drizzle-orm";
import { announce } from "../../db/announce.ts";
import { type Db, execute } from "../../db/database.ts";
import { pruneEvents, RETENTION } from "./prune-events.ts";

/** How many rows a revision or a batch of statuses writes for those who watch. */
export const EVENT_ROWS = 1;

/** The topic under which changes of a design are announced in this process, and the stream their numbers are counted in. */
export function watchStream(design: string): string {
  return `watch/${design}`;
}

/**
 * Tells those who watch a design of a revision, which the transaction has written, and of the effective items it added, changed or deleted: so many. One row,
 * however many those are. To be called late in a transaction: whoever else writes to the design waits from here until it ends.
 */
export function recordRevisionEvent(tx: Db, design: string, revision: bigint, items: number): Promise<void> {
  return recordEvent(tx, design, { type: "revision", revision, numbers: items + 1, body: {} });
}

/** Tells those who watch a design of nodes whose state the transaction has changed. To be called late in it, as `recordRevisionEvent`. */
export async function recordStatusEvent(tx: Db, design: string, nodes: readonly string[]): Promise<void> {
  if (nodes.length === 0) return;
  await recordEvent(tx, design, { type: "status", revision: 0n, numbers: nodes.length, body: nodes });
}

interface NewEvent {
  readonly type: "revision" | "status";
  readonly revision: bigint;
  readonly numbers: number;
  readonly body: object;
}

async function recordEvent(tx: Db, design: string, { type, revision, numbers, body }: NewEvent): Promise<void> {
  const stream = watchStream(design);
  // In one statement with the row: others wait for the counter until this transaction ends, so that numbers are seen in their order.
  const [taken] = await execute<{ last: string }>(
    tx,
    sql`
      with taken as (
        insert into bedplate.counter as c (stream, value) values (${stream}, ${numbers})
        on conflict (stream) do update set value = c.value + excluded.value
        returning value
      )
      insert into bedplate.design_event (design, first_sequence, last_sequence, type, revision, body)
      select ${design}, value - ${numbers}::integer + 1, value, ${type}, ${`${revision}`}::text::bigint, ${JSON.stringify(body)}::text::jsonb
      from taken
      returning last_sequence::text as last`,
  );
  const last = BigInt(taken?.last ?? 0);
  if (last / RETENTION.every > (last - BigInt(numbers)) / RETENTION.every) await pruneEvents(tx, design);
  announce(tx, stream);
}
