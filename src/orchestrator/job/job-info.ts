import { Action, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Db } from "../../db/database.ts";
import type { DesignSnapshot, DesignSnapshots } from "../design-snapshot.ts";
import { readJobTasks, type TaskPlan } from "../store/job-tasks.ts";
import { readJob } from "../store/read-job.ts";
import { wait } from "../wait.ts";

/** What never changes of a job. */
export interface JobInfo {
  readonly id: string;
  readonly design: string;
  readonly action: Action;
  readonly snapshot: DesignSnapshot;
  /** Tasks of the site, in order. */
  readonly siteTasks: readonly TaskPlan[];
  /** Tasks of each node, in order, by node in the order of the plan. */
  readonly nodeTasks: ReadonlyMap<string, readonly TaskPlan[]>;
}

/** Reads jobs, and keeps those read last. */
export interface JobInfos {
  /** What never changes of a job. Throws when there is none of that id. */
  read(id: string): Promise<JobInfo>;
  /** Lets go of a job that has ended. */
  forget(id: string): void;
}

const KEPT = 4;
const ATTEMPTS = 10;
const RETRY_MS = 1_000;
const NEVER = new AbortController().signal;

/** Makes the reader. */
export function createJobInfos(db: Db, snapshots: DesignSnapshots): JobInfos {
  const kept = new Map<string, Promise<JobInfo>>();
  return {
    read(id) {
      const known = kept.get(id);
      if (known !== undefined) return known;
      const info = readPatiently(db, snapshots, id);
      kept.set(id, info);
      info.catch(() => kept.delete(id));
      for (const oldest of kept.keys()) {
        if (kept.size <= KEPT) break;
        kept.delete(oldest);
      }
      return info;
    },
    forget: (id) => void kept.delete(id),
  };
}

/** A job must not fail because the database or the design state was away for a moment. */
async function readPatiently(db: Db, snapshots: DesignSnapshots, id: string): Promise<JobInfo> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readInfo(db, snapshots, id);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await wait(RETRY_MS, NEVER);
    }
  }
}

async function readInfo(db: Db, snapshots: DesignSnapshots, id: string): Promise<JobInfo> {
  const row = await readJob(db, id);
  if (row === undefined) throw new Error(`there is no job ${id}`);
  const [tasks, snapshot] = await Promise.all([readJobTasks(db, id), snapshots.read(row.design, BigInt(row.revision))]);
  const ofSite = ({ step }: TaskPlan): boolean => step.kind === StepKind.PREPARE_SITE;
  return {
    id,
    design: row.design,
    action: Action[row.action as keyof typeof Action],
    snapshot,
    siteTasks: tasks.filter(ofSite),
    nodeTasks: Map.groupBy(
      tasks.filter((task) => !ofSite(task)),
      ({ step }) => step.subject,
    ),
  };
}
