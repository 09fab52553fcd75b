import type { Db } from "../../db/database.ts";
import { readJob, type UnfinishedJob, unfinishedJobs } from "../store/read-job.ts";
import { wait } from "../wait.ts";

/** Tells the jobs at work in this process what people want of them, in whatever process that was asked. */
export interface JobWatch {
  /** A signal that aborts when the job is to be canceled, or has ended elsewhere. */
  signalOf(jobId: string): AbortSignal;
  /** Resolves when tasks of the job may start: at once, or when it isn't held any more. Rejects with the signal's reason. */
  mayStart(jobId: string, signal: AbortSignal): Promise<void>;
  /** Says at once what the database says already. */
  cancel(jobId: string): void;
  /** Alike, of holding the job and of letting it go on. */
  hold(jobId: string, held: boolean): void;
  /** Forgets a job that has ended. */
  forget(jobId: string): void;
}

interface WatchedJob {
  readonly controller: AbortController;
  /** Resolves once the database was asked about it, so that a process that takes a job up knows whether it is held. */
  readonly known: Promise<void>;
  /** Resolves when the job is let go on; undefined while it isn't held. */
  held: PromiseWithResolvers<void> | undefined;
}

/** Makes a watch that looks every `pollMs` while jobs are at work, until `stop` aborts. */
export function createJobWatch(db: Db, pollMs: number, stop: AbortSignal, onError: (error: unknown) => void): JobWatch {
  const jobs = new Map<string, WatchedJob>();
  let looking = false;
  // What was said here since the database was asked is newer than its answer.
  let said = new Set<string>();

  const take = (id: string, job: WatchedJob, found: UnfinishedJob | undefined): void => {
    if (found === undefined) {
      job.controller.abort(new JobEnded());
      job.held?.resolve();
      if (jobs.get(id) === job) jobs.delete(id);
      return;
    }
    if (found.canceled) job.controller.abort(new JobCanceled());
    if (!said.has(id)) setHeld(job, found.paused);
  };
  const look = async (): Promise<void> => {
    while (jobs.size > 0) {
      try {
        await wait(pollMs, stop);
        // Those that come while the database is asked may be too new for its answer.
        const asked = [...jobs];
        said = new Set();
        const unfinished = new Map((await unfinishedJobs(db)).map((job) => [job.id, job]));
        for (const [id, job] of asked) take(id, job, unfinished.get(id));
      } catch (error) {
        if (stop.aborted) return;
        onError(error);
      }
    }
    looking = false;
  };
  const learn = async (id: string, job: WatchedJob): Promise<void> => {
    while (jobs.get(id) === job) {
      try {
        const row = await readJob(db, id);
        if (row !== undefined && !said.has(id)) setHeld(job, row.paused);
        if (row !== undefined && row.cancel_reason !== null) job.controller.abort(new JobCanceled());
        return;
      } catch (error) {
        if (stop.aborted) return;
        onError(error);
        await wait(pollMs, stop).catch(() => {});
      }
    }
  };
  const watched = (jobId: string): WatchedJob => {
    const known = jobs.get(jobId);
    if (known !== undefined) return known;
    const asked = Promise.withResolvers<void>();
    const made: WatchedJob = { controller: new AbortController(), known: asked.promise, held: undefined };
    jobs.set(jobId, made);
    void learn(jobId, made).finally(asked.resolve);
    if (!looking) {
      looking = true;
      void look();
    }
    return made;
  };
  return {
    signalOf: (jobId) => watched(jobId).controller.signal,
    async mayStart(jobId, signal) {
      await settled(watched(jobId).known, signal);
      for (let { held } = watched(jobId); held !== undefined; { held } = watched(jobId))
        await settled(held.promise, signal);
    },
    cancel: (jobId) => jobs.get(jobId)?.controller.abort(new JobCanceled()),
    hold(jobId, held) {
      const job = jobs.get(jobId);
      if (job === undefined) return;
      said.add(jobId);
      setHeld(job, held);
    },
    forget(jobId) {
      jobs.get(jobId)?.held?.resolve();
      jobs.delete(jobId);
    },
  };
}

function setHeld(job: WatchedJob, held: boolean): void {
  if (held) job.held ??= Promise.withResolvers();
  else {
    job.held?.resolve();
    job.held = undefined;
  }
}

function settled(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => reject(signal.reason);
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    promise.then(() => {
      signal.removeEventListener("abort", leave);
      resolve();
    }, reject);
  });
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
