import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type SQL, sql } from "drizzle-orm";
import { type Event, EventSchema } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { type Db, execute } from "../../db/database.ts";
import { event } from "../../db/schema.ts";
import { iso } from "./iso.ts";

/** Events after a sequence number: of one job, or of all jobs of a design. */
export async function readEvents(
  db: Db,
  of: { readonly jobId: string } | { readonly design: string },
  after: bigint,
  limit: number,
): Promise<readonly Event[]> {
  const where: SQL = "jobId" in of ? sql`${event.jobId} = ${of.jobId}` : sql`${event.design} = ${of.design}`;
  const rows = await execute<{ design: string; sequence: string; job_id: string; at: string; change: JsonValue }>(
    db,
    sql`select ${event.design}, ${event.sequence}::text as sequence, ${event.jobId} as job_id, ${iso(sql`${event.at}`)} as at, ${event.change}
      from ${event} where ${where} and ${event.sequence} > ${after.toString()}::bigint order by ${event.sequence} limit ${limit}`,
  );
  return rows.map((row) => {
    const message = fromJson(EventSchema, row.change);
    message.sequence = BigInt(row.sequence);
    message.design = row.design;
    message.jobId = row.job_id;
    message.at = timestampFromDate(new Date(row.at));
    return message;
  });
}
