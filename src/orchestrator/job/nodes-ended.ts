import type { Db } from "../../db/database.ts";
import type { ChangeBus } from "../record/change-bus.ts";
import { jobKey } from "../record/recorder.ts";
import { allEnded } from "../store/read-job-nodes.ts";
import { wait } from "../wait.ts";
import { untilStop } from "./until-stop.ts";

/**
 * Waits until every node and every group of a job has ended: looked for when something of the job is written here, at most every `restMs`, and every `pollMs`
 * for what other processes write. Rejects with the signal's reason.
 */
export async function nodesEnded(
  {
    db,
    bus,
    pollMs,
    restMs,
  }: { readonly db: Db; readonly bus: ChangeBus; readonly pollMs: number; readonly restMs: number },
  jobId: string,
  signal: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  const listener = bus.listen(jobKey(jobId));
  try {
    while (!(await untilStop(signal, () => allEnded(db, jobId), failed))) {
      await listener.wait(pollMs, signal);
      await wait(restMs, signal);
    }
  } finally {
    listener.close();
  }
}
