import type { JsonObject } from "@bufbuild/protobuf";
import { type SQL, sql } from "drizzle-orm";
import { type Db, execute } from "../../db/database.ts";
import { schedule } from "../../db/schema.ts";
import { iso } from "./iso.ts";

/** A schedule as stored; `next_at` is ISO 8601 with microseconds, `action` the contract's enum value without prefix. */
export type ScheduleRow = {
  readonly design: string;
  readonly name: string;
  readonly action: string;
  readonly selector: JsonObject;
  readonly interval_seconds: number;
  readonly next_at: string;
  readonly last_job_id: string;
  readonly last_message: string;
};

/** What is set of a schedule. */
export interface NewSchedule {
  readonly design: string;
  readonly name: string;
  readonly action: string;
  readonly selector: JsonObject;
  readonly intervalSeconds: number;
}

const columns = sql`${schedule.design}, ${schedule.name}, ${schedule.action}, ${schedule.selector}, ${schedule.intervalSeconds},
  ${iso(sql`${schedule.nextAt}`)} as next_at, ${schedule.lastJobId}, ${schedule.lastMessage}`;

/** Sets a schedule, due one interval from now. What is known of its last start stays. */
export async function putSchedule(db: Db, given: NewSchedule): Promise<ScheduleRow> {
  const nextAt = sql`now() + ${given.intervalSeconds}::double precision * interval '1 second'`;
  const { action, selector, intervalSeconds } = given;
  await db
    .insert(schedule)
    .values({ ...given, nextAt })
    .onConflictDoUpdate({
      target: [schedule.design, schedule.name],
      set: { action, selector, intervalSeconds, nextAt },
    });
  const [row] = await execute<ScheduleRow>(
    db,
    sql`select ${columns} from ${schedule} where ${schedule.design} = ${given.design} and ${schedule.name} = ${given.name}`,
  );
  if (row === undefined) throw new Error("a schedule was written and is not there");
  return row;
}

/** Schedules by design and name, of one design or of all, after one. */
export function listSchedules(
  db: Db,
  design: string,
  after: readonly string[] | undefined,
  limit: number,
): Promise<readonly ScheduleRow[]> {
  const conditions: SQL[] = [sql`true`];
  if (design !== "") conditions.push(sql`${schedule.design} = ${design}`);
  if (after !== undefined) conditions.push(sql`(${schedule.design}, ${schedule.name}) > (${after[0]}, ${after[1]})`);
  return execute<ScheduleRow>(
    db,
    sql`select ${columns} from ${schedule} where ${sql.join(conditions, sql` and `)}
      order by ${schedule.design}, ${schedule.name} limit ${limit}`,
  );
}

/** Forgets a schedule; one that isn't there is forgotten already. */
export async function deleteSchedule(db: Db, design: string, name: string): Promise<void> {
  await db.execute(sql`delete from ${schedule} where ${schedule.design} = ${design} and ${schedule.name} = ${name}`);
}

/** Schedules that are due, the longest first. */
export function dueSchedules(db: Db, limit: number): Promise<readonly ScheduleRow[]> {
  return execute<ScheduleRow>(
    db,
    sql`select ${columns} from ${schedule} where ${schedule.nextAt} <= now() order by ${schedule.nextAt} limit ${limit}`,
  );
}

/** How one start of a schedule went. */
export interface ScheduleOutcome {
  /** The job; empty when none could be started. */
  readonly jobId: string;
  /** One line. */
  readonly message: string;
}

/**
 * Takes a due time of a schedule and writes down how its start went. The next due time is a whole number of intervals later, and to come: after a
 * long stop it is done once. False when the due time was taken already, or the schedule was changed: then nothing is written.
 */
export async function takeDueTime(tx: Db, due: ScheduleRow, { jobId, message }: ScheduleOutcome): Promise<boolean> {
  const passed = sql`floor(extract(epoch from (now() - ${schedule.nextAt}))::double precision / ${schedule.intervalSeconds}) + 1`;
  const rows = await execute<{ name: string }>(
    tx,
    sql`update ${schedule} set next_at = ${schedule.nextAt} + (${passed}) * ${schedule.intervalSeconds} * interval '1 second',
        last_job_id = ${jobId}, last_message = ${message}
      where ${schedule.design} = ${due.design} and ${schedule.name} = ${due.name}
        and ${schedule.nextAt} = ${due.next_at}::timestamptz and ${schedule.nextAt} <= now()
      returning ${schedule.name}`,
  );
  return rows.length > 0;
}
