import { and, isNull, notInArray, sql } from "drizzle-orm";
import type { Db } from "../../db/database.ts";
import { job } from "../../db/schema.ts";
import { FINAL_JOB_STATES } from "./job-row.ts";

/** Notes that a job shall be canceled, and why, unless it has ended or that was noted before. */
export async function requestCancel(db: Db, jobId: string, reason: string): Promise<void> {
  await db
    .update(job)
    .set({ cancelReason: reason })
    .where(and(sql`${job.id} = ${jobId}`, isNull(job.cancelReason), notInArray(job.state, [...FINAL_JOB_STATES])));
}
