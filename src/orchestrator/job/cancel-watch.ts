import type { Db } from "../../db/database.ts";
import { unfinishedJobs } from "../store/read-job.ts";
import { wait } from "../wait.ts";

/** Tells the jobs at work in this process when somebody wants them canceled, in whatever process that was asked. */
export interface CancelWatch {
  /** A signal that aborts when the job is to be canceled, or has ended elsewhere. */
  signalOf(jobId: string): AbortSignal;
  /** Says at once what the database says already. */
  cancel(jobId: string): void;
  /** Forgets a job that has ended. */
  forget(jobId: string): void;
}

/** Makes a watch that looks every `pollMs` while jobs are at work, until `stop` aborts. */
export function createCancelWatch(
  db: Db,
  pollMs: number,
  stop: AbortSignal,
  onError: (error: unknown) => void,
): CancelWatch {
  const jobs = new Map<string, AbortController>();
  let looking = false;

  const look = async (): Promise<void> => {
    while (jobs.size > 0) {
      try {
        await wait(pollMs, stop);
        // Those that come while the database is asked may be too new for its answer.
        const asked = [...jobs];
        const unfinished = new Map((await unfinishedJobs(db)).map(({ id, canceled }) => [id, canceled]));
        for (const [id, controller] of asked) {
          if (unfinished.get(id) === true) controller.abort(new JobCanceled());
          if (unfinished.has(id)) continue;
          controller.abort(new JobEnded());
          if (jobs.get(id) === controller) jobs.delete(id);
        }
      } catch (error) {
        if (stop.aborted) return;
        onError(error);
      }
    }
    looking = false;
  };
  const controllerOf = (jobId: string): AbortController => {
    const known = jobs.get(jobId);
    if (known !== undefined) return known;
    const made = new AbortController();
    jobs.set(jobId, made);
    if (!looking) {
      looking = true;
      void look();
    }
    return made;
  };
  return {
    signalOf: (jobId) => controllerOf(jobId).signal,
    cancel: (jobId) => jobs.get(jobId)?.abort(new JobCanceled()),
    forget: (jobId) => void jobs.delete(jobId),
  };
}

/** Why a step of a canceled job ends. */
export class JobCanceled extends Error {
  override name = "JobCanceled";
  constructor() {
    super("the job was canceled");
  }
}

/** Why work on a job ends that was brought to its end elsewhere, by another process or by the one that looks for jobs nobody works on. */
export class JobEnded extends Error {
  override name = "JobEnded";
  constructor() {
    super("the job has ended already");
  }
}
