import type { Db } from "../db/database.ts";
import { designsWithEvents, pruneEvents, pruneJob, pruneScripts, type Retention } from "./store/prune.ts";
import { wait } from "./wait.ts";

/** When what need not be kept any more is deleted. */
export interface PrunePolicy extends Retention {
  /** How often is looked for it, in milliseconds. */
  readonly pruneMs: number;
  /** How long others have the database between two deletions, in milliseconds. */
  readonly pruneRestMs: number;
}

/** Deletes events, ended jobs and results of scripts that need not be kept any more, little by little, until `stop` aborts. Several processes may do so at the same time. */
export async function pruneSweep(
  db: Db,
  policy: PrunePolicy,
  stop: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  const rest = (): Promise<void> => wait(policy.pruneRestMs, stop);
  const sweep = async (): Promise<void> => {
    for (const design of await designsWithEvents(db)) {
      while ((await pruneEvents(db, design, policy)) === policy.pruneRows) await rest();
    }
    while (await pruneJob(db, policy)) await rest();
    while ((await pruneScripts(db, policy)) === policy.pruneRows) await rest();
  };
  while (!stop.aborted) {
    await wait(policy.pruneMs, stop);
    await sweep().catch((error) => {
      if (!stop.aborted) onError(error);
    });
  }
}
