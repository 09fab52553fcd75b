import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type SQL, sql } from "drizzle-orm";
import { type Event, EventSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { counter, event, job } from "../../db/schema.ts";
import { eventStream, horizonStream } from "./append-events.ts";
import { iso } from "./iso.ts";

/** Which events of a design: all, or those of one job, of one task of a job (by its number in the job), or of one node. */
export interface EventsOf {
  readonly design: string;
  readonly jobId?: string;
  readonly task?: number;
  readonly node?: string;
}

/** An event, and about how many bytes it takes on the wire. */
export interface StoredEvent {
  readonly event: Event;
  readonly bytes: number;
}

/** Events, and how far their design's stream had come when they were read: all of one moment. */
export interface EventsRead {
  readonly events: readonly StoredEvent[];
  /** The newest number that was given out; 0 before the first. */
  readonly newest: bigint;
  /** The newest number whose event is not kept any more; events before it may be missing. 0 when all are kept. */
  readonly horizon: bigint;
}

/** The events after a sequence number, oldest first, `limit` at most. */
export async function readEvents(db: Db, of: EventsOf, after: bigint, limit: number): Promise<EventsRead> {
  const conditions: SQL[] = [sql`${event.sequence} > ${after.toString()}::bigint`];
  if (of.jobId !== undefined) conditions.push(sql`${event.jobId} = ${of.jobId}`);
  if (of.jobId === undefined || of.node !== undefined) conditions.push(sql`${event.design} = ${of.design}`);
  if (of.task !== undefined) conditions.push(sql`${event.task} = ${of.task}`);
  if (of.node !== undefined) conditions.push(sql`${event.node} = ${of.node}`);
  const number = (stream: string): SQL =>
    sql`coalesce((select ${counter.value} from ${counter} where ${counter.stream} = ${stream}), 0)::text`;
  type Row = { newest: string; horizon: string; sequence: string | null; job_id: string; at: string; change: string };
  const rows = await execute<Row>(
    db,
    sql`select streams.newest, streams.horizon, found.sequence::text as sequence, found.job_id, ${iso(sql`found.at`)} as at, found.change::text as change
      from (select ${number(eventStream(of.design))} as newest, ${number(horizonStream(of.design))} as horizon) as streams
      left join (
        select ${event.sequence} as sequence, ${event.jobId} as job_id, ${event.at} as at, ${event.change} as change
        from ${event} where ${sql.join(conditions, sql` and `)} order by ${event.sequence} limit ${limit}
      ) as found on true order by found.sequence`,
  );
  const events = rows.flatMap(({ sequence, job_id, at, change }): StoredEvent[] => {
    if (sequence === null) return [];
    const message = fromJson(EventSchema, JSON.parse(change) as JsonValue, { ignoreUnknownFields: true });
    message.sequence = BigInt(sequence);
    message.design = of.design;
    message.jobId = job_id;
    message.at = timestampFromDate(new Date(at));
    return [{ event: message, bytes: change.length + 128 }];
  });
  return { events, newest: BigInt(rows[0]?.newest ?? 0), horizon: BigInt(rows[0]?.horizon ?? 0) };
}

/** Whether every event of a job is kept: its first was written down together with the job. False as well when there is no such job. */
export async function keepsAllEvents(db: Db, jobId: string): Promise<boolean> {
  const rows = await execute<{ kept: boolean | null }>(
    db,
    sql`select (select min(${event.at}) from ${event} where ${event.jobId} = ${jobId}) = ${job.createdAt} as kept
      from ${job} where ${job.id} = ${jobId}`,
  );
  return rows[0]?.kept ?? false;
}
