import type { Db } from "../../db/database.ts";
import { oneLine } from "../one-line.ts";
import type { Recorder } from "../record/recorder.ts";
import { isFinal, type JobRow } from "../store/job-row.ts";
import { countCompared } from "../store/node-drift.ts";
import { countJob, listTasks, readJob } from "../store/read-job.ts";
import { listJobGroups, unfinishedJobNodes } from "../store/read-job-nodes.ts";
import type { TaskChange } from "../store/write-changes.ts";

const PAGE = 5_000;
const MOST_GROUPS = 1_000;

/**
 * Ends a job: how its site and its groups ended says how it did. A task or a node nobody ended is ended here, so that none is waited for for ever. A job that is
 * gone or has ended stays as it is.
 */
export async function finishJob(db: Db, recorder: Recorder, jobId: string): Promise<void> {
  const row = await readJob(db, jobId);
  if (row === undefined) return;
  await endStrays(db, recorder, row.design, jobId, row.cancel_reason !== null);
  const { tasks, nodes } = await countJob(db, jobId);
  const canceled = row.cancel_reason !== null && (tasks.CANCELED ?? 0) + (nodes.CANCELED ?? 0) > 0;
  const failure = await failureMessage(db, jobId, nodes);
  const state = canceled ? "CANCELED" : failure === undefined ? "SUCCEEDED" : "FAILED";
  const message = canceled
    ? `canceled${row.cancel_reason === "" ? "" : `: ${row.cancel_reason}`}`
    : (failure ?? (await successMessage(db, row, nodes, tasks.SUCCEEDED ?? 0)));
  await recorder.job(row.design, { jobId, state, message: oneLine(message), ends: true });
}

async function endStrays(db: Db, recorder: Recorder, design: string, jobId: string, canceled: boolean): Promise<void> {
  for (let after = 0; ; ) {
    const rows = await listTasks(db, jobId, undefined, after, PAGE);
    const strays = rows.filter(({ state }) => !isFinal(state));
    await Promise.all(
      strays.map(({ sequence, state }) =>
        recorder.task(design, { jobId, sequence, ...strayEnd(state !== "PENDING", canceled) }),
      ),
    );
    if (rows.length < PAGE) break;
    after = rows.at(-1)?.sequence ?? after;
  }
  for (;;) {
    const strays = await unfinishedJobNodes(db, jobId, PAGE);
    const ended = strays.map(({ node, state }) => {
      const { state: end, message = "" } = strayEnd(state === "RUNNING", canceled);
      return recorder.node(design, { jobId, node, state: end ?? "FAILED", message, ends: true });
    });
    await Promise.all(ended);
    if (strays.length < PAGE) return;
  }
}

const EARLY = "internal fault of Bedplate: the work on this ended early";

/** How a task or a node ends that nobody works on any more. */
function strayEnd(begun: boolean, canceled: boolean): Omit<TaskChange, "jobId" | "sequence"> {
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

/** Why a job failed; undefined when it didn't: its site is ready and as many nodes of each group succeeded as were required. */
async function failureMessage(
  db: Db,
  jobId: string,
  nodes: Readonly<Record<string, number>>,
): Promise<string | undefined> {
  const failed = await listTasks(db, jobId, "FAILED", 0, PAGE);
  const ofSite = failed.find(({ kind }) => kind === "PREPARE_SITE");
  const groups = (await listJobGroups(db, jobId, 0, MOST_GROUPS)).filter(({ state }) => state !== "SUCCEEDED");
  if (ofSite === undefined && groups.length === 0) return undefined;
  const [first] = failed.filter(({ kind }) => kind !== "PREPARE_SITE");
  if (first === undefined) {
    if (ofSite !== undefined) return `the site could not be prepared: ${ofSite.step_id}: ${ofSite.message}`;
    const [group] = groups;
    return group === undefined || group.message === "" ? EARLY : `${groupWord(group.name)}: ${group.message}`;
  }
  const total = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  const count = nodes.FAILED ?? 0;
  const blocked = nodes.BLOCKED ?? 0;
  const others = blocked === 0 ? "" : `, ${blocked} not tried`;
  const more = count <= 1 ? "" : ` (and ${count - 1} more)`;
  return `${count} of ${total} nodes failed${others}: ${first.step_id}: ${first.message}${more}`;
}

function groupWord(name: string): string {
  return name === "" ? "the nodes of no group" : `group ${name}`;
}

async function successMessage(
  db: Db,
  { id, action }: JobRow,
  nodes: Readonly<Record<string, number>>,
  changed: number,
): Promise<string> {
  if (action === "VERIFY") return verifyMessage(db, id);
  if (changed === 0) return "everything was as designed already";
  const total = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  if (total === 0) return "the site is prepared";
  const done = (nodes.SUCCEEDED ?? 0) + (nodes.SKIPPED ?? 0);
  return `${done} of ${total} nodes done${done === total ? "" : ", as many as were required"}`;
}

async function verifyMessage(db: Db, jobId: string): Promise<string> {
  const { compared, differ } = await countCompared(db, jobId);
  if (compared === 0) return "no selected node is deployed";
  const nodes = `${compared} ${compared === 1 ? "node" : "nodes"}`;
  if (differ === 0) return `${nodes} compared: as designed`;
  return `${nodes} compared: ${differ} ${differ === 1 ? "differs" : "differ"} from the design`;
}
