import type { Db } from "../../db/database.ts";
import { oneLine } from "../one-line.ts";
import type { Recorder } from "../record/recorder.ts";
import { isFinal } from "../store/job-row.ts";
import { countNodes, countTasks, listTasks, readJob } from "../store/read-job.ts";
import type { TaskChange } from "../store/write-changes.ts";

const PAGE = 5_000;

/**
 * Ends a job: how its tasks ended says how it did. A task nobody ended is ended here, so that none is waited for for ever. A job that is
 * gone or has ended stays as it is.
 */
export async function finishJob(db: Db, recorder: Recorder, jobId: string): Promise<void> {
  const row = await readJob(db, jobId);
  if (row === undefined) return;
  await endStrayTasks(db, recorder, row.design, jobId, row.cancel_reason !== null);
  const counts = await countTasks(db, jobId);
  const count = (state: string): number => counts[state] ?? 0;
  const canceled = row.cancel_reason !== null && count("CANCELED") > 0;
  const failed = count("FAILED") + count("BLOCKED") > 0;
  const state = canceled ? "CANCELED" : failed ? "FAILED" : "SUCCEEDED";
  const message = canceled
    ? `canceled${row.cancel_reason === "" ? "" : `: ${row.cancel_reason}`}`
    : failed
      ? await failureMessage(db, jobId)
      : await successMessage(db, jobId, count("SUCCEEDED"));
  await recorder.job(row.design, { jobId, state, message: oneLine(message), ends: true });
}

async function endStrayTasks(
  db: Db,
  recorder: Recorder,
  design: string,
  jobId: string,
  canceled: boolean,
): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await listTasks(db, jobId, undefined, after, PAGE);
    const strays = rows.filter(({ state }) => !isFinal(state));
    await Promise.all(
      strays.map(({ sequence, state }) => recorder.task(design, { jobId, sequence, ...strayEnd(state, canceled) })),
    );
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.sequence ?? after;
  }
}

const EARLY = "internal fault of Bedplate: the work on this ended early";

/** How a task ends that nobody works on any more. */
function strayEnd(state: string, canceled: boolean): Omit<TaskChange, "jobId" | "sequence"> {
  const begun = state !== "PENDING";
  const end = canceled ? "CANCELED" : begun ? "FAILED" : "BLOCKED";
  const message = canceled
    ? begun
      ? "the job was canceled; how far this got is not known"
      : "the job was canceled before this was tried"
    : begun
      ? EARLY
      : "not tried, because the work on the job ended early by a fault of Bedplate";
  return { state: end, message, waitingFor: "", ends: true };
}

async function failureMessage(db: Db, jobId: string): Promise<string> {
  const [failed, nodes] = await Promise.all([listTasks(db, jobId, "FAILED", 0, PAGE), countNodes(db, jobId)]);
  if (failed.length === 0) return EARLY;
  const onNodes = failed.filter(({ kind }) => kind !== "PREPARE_SITE");
  const [first] = onNodes.length === 0 ? failed : onNodes;
  const which = first === undefined ? "" : `: ${first.step_id}: ${first.message}`;
  if (onNodes.length === 0) return `the site could not be prepared${which}`;
  const count = new Set(onNodes.map(({ subject }) => subject)).size;
  return `${count} of ${nodes} nodes failed${which}${count === 1 ? "" : ` (and ${count - 1} more)`}`;
}

async function successMessage(db: Db, jobId: string, changed: number): Promise<string> {
  if (changed === 0) return "everything was as designed already";
  const nodes = await countNodes(db, jobId);
  return nodes === 0 ? "the site is prepared" : `${nodes} of ${nodes} nodes done`;
}
