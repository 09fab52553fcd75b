import type { Database } from "../../db/database.ts";
import type { Policy } from "../policy.ts";
import type { ChangeBus } from "../record/change-bus.ts";
import { designKey, jobKey } from "../record/recorder.ts";
import { unfinishedJobs } from "../store/read-job.ts";
import { wait } from "../wait.ts";
import { admit } from "./admit.ts";

/** Lets nodes begin: job after job, in turns, here as in every other process on the database. */
export interface Dispatcher {
  /** Begins to give turns. */
  start(): void;
  /** Says that something changed in a job that may let nodes begin or groups end. */
  wake(jobId: string): void;
  /** Says that the work on a node begins in this process, and gives the function that says that it has ended. */
  enter(jobId: string, node: string): () => void;
  /** Resolves once no turn is under way and no node is being started, after the signal aborted. */
  idle(): Promise<void>;
}

/** What a dispatcher needs. */
export interface DispatcherOptions {
  readonly database: Database;
  readonly bus: ChangeBus;
  readonly policy: Policy;
  /** Starts the work on a node that was let begin. What fails here is caught up by whoever looks for silent nodes. */
  readonly startNode: (jobId: string, node: string) => Promise<void>;
  readonly signal: AbortSignal;
  readonly onError: (error: unknown) => void;
}

/** Makes a dispatcher; no turn is given before `start`. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { database, bus, policy, signal } = options;
  // Nodes admitted here whose work has not ended, by job and name.
  const working = new Set<string>();
  const starting = new Set<Promise<void>>();
  // Jobs something changed in, and jobs whose nodes may begin once nodes of others have ended.
  const changed = new Set<string>();
  const waiting = new Set<string>();
  let woken = Promise.withResolvers<void>();
  let running = Promise.resolve();

  /** Gives one job its turn, and says whether another one should follow soon. */
  const turn = async (jobId: string): Promise<boolean> => {
    const most = Math.min(policy.nodesPerTurn, policy.nodesPerProcess - working.size);
    const { design, admitted, wrote, more, waits } = await admit(database.db, jobId, Math.max(0, most));
    if (more) changed.add(jobId);
    if (waits) waiting.add(jobId);
    else waiting.delete(jobId);
    if (wrote) {
      database.noteWrites(admitted.length + 1);
      bus.emit([designKey(design), jobKey(jobId)]);
    }
    for (const node of admitted) {
      const leave = enter(jobId, node);
      const start = options.startNode(jobId, node).catch((error) => {
        leave();
        options.onError(error);
      });
      starting.add(start);
      void start.finally(() => starting.delete(start));
    }
    return more;
  };
  const enter = (jobId: string, node: string): (() => void) => {
    const key = `${jobId} ${node}`;
    working.add(key);
    return () => {
      working.delete(key);
      wake(jobId);
    };
  };
  const wake = (jobId: string): void => {
    changed.add(jobId);
    woken.resolve();
  };
  let lookedAtAll = Number.NEGATIVE_INFINITY;
  /** Gives turns to the jobs that may use one, now and then to all, for what other processes changed. Says whether another round should follow soon. */
  const round = async (): Promise<boolean> => {
    const all = performance.now() - lookedAtAll >= policy.pollMs;
    if (all) lookedAtAll = performance.now();
    const due = new Set([...changed, ...waiting]);
    if (!all && due.size === 0) return false;
    changed.clear();
    const unfinished = await unfinishedJobs(database.db);
    const ids = new Set(unfinished.map(({ id }) => id));
    for (const id of waiting) if (!ids.has(id)) waiting.delete(id);
    let soon = false;
    for (const id of ids) {
      if (signal.aborted) return false;
      if (all || due.has(id)) soon = (await turn(id)) || soon;
    }
    return soon;
  };
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const began = performance.now();
      const soon = await round().catch((error) => {
        if (!signal.aborted) options.onError(error);
        return false;
      });
      // However many nodes come and go, most of the time is theirs. Those that may begin now wait no longer than it takes for another process to have its turn.
      const rest = soon ? policy.turnMs : Math.max(policy.turnMs, (performance.now() - began) * 4);
      await wait(rest, signal).catch(() => {});
      if (!soon) await Promise.race([woken.promise, wait(policy.pollMs, signal).catch(() => {})]);
      woken = Promise.withResolvers<void>();
    }
  };
  return {
    start() {
      running = run();
    },
    wake,
    enter,
    async idle() {
      await running;
      await Promise.all(starting);
    },
  };
}
