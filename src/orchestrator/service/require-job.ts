import { Code } from "@connectrpc/connect";
import type { Job } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import type { Database, Db } from "../../db/database.ts";
import { failure } from "../../mesh/failure.ts";
import { isFinal, type JobRow, jobMessage } from "../store/job-row.ts";
import { countJob, readJob } from "../store/read-job.ts";

/** A job's row. Throws NOT_FOUND. */
export async function requireJob({ db }: Database, id: string): Promise<JobRow> {
  const row = await readJob(db, id);
  if (row !== undefined) return row;
  throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `there is no job ${id}`, {
    subject: id,
    hint: "bedplate job list shows the jobs there are",
  });
}

/** The contract's form of a job. */
export async function jobAnswer(db: Db, row: JobRow): Promise<Job> {
  return jobMessage(row, await countJob(db, row.id));
}

/** Throws ENDED for a job that can't take a call any more. */
export function refuseEnded(row: JobRow): void {
  if (!isFinal(row.state)) return;
  throw failure(Code.FailedPrecondition, ErrorReason.ENDED, `job ${row.id} has ended: it ${row.state.toLowerCase()}`, {
    subject: row.id,
    hint: `look at it: bedplate job get ${row.id}`,
  });
}
