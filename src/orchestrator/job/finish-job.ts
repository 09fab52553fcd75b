import type { Db } from "../../db/database.ts";
import { oneLine } from "../one-line.ts";
import type { Recorder } from "../record/recorder.ts";
import { isFinal } from "../store/job-row.ts";
import { countNodes, countTasks, listTasks, readJob } from "../store/read-job.ts";

const PAGE = 5_000;

/** Ends a job: how its tasks ended says how it did. A task nobody ended is ended as failed, so that none is waited for for ever. */
export async function finishJob(db: Db, recorder: Recorder, jobId: string): Promise<void> {
  const row = await readJob(db, jobId);
  if (row === undefined) throw new Error(`there is no job ${jobId}`);
  await endStrayTasks(db, recorder, row.design, jobId);
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

async function endStrayTasks(db: Db, recorder: Recorder, design: string, jobId: string): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await listTasks(db, jobId, undefined, after, PAGE);
    const message = "internal fault of Bedplate: the work on this ended early";
    const ending = { jobId, state: "FAILED", message, waitingFor: "", ends: true };
    const strays = rows.filter(({ state }) => !isFinal(state));
    await Promise.all(strays.map(({ sequence }) => recorder.task(design, { ...ending, sequence })));
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.sequence ?? after;
  }
}

async function failureMessage(db: Db, jobId: string): Promise<string> {
  const [failed, nodes] = await Promise.all([listTasks(db, jobId, "FAILED", 0, PAGE), countNodes(db, jobId)]);
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
