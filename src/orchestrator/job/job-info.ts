import { Code, ConnectError } from "@connectrpc/connect";
import { Action, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { JobPolicy } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import type { Db } from "../../db/database.ts";
import type { DesignSnapshot, DesignSnapshots } from "../design-snapshot.ts";
import { storedJobPolicy } from "../job-policy.ts";
import { readJobTasks, type TaskPlan } from "../store/job-tasks.ts";
import { readJob } from "../store/read-job.ts";
import { untilStop } from "./until-stop.ts";

/** What never changes of a job. */
export interface JobInfo {
  readonly id: string;
  readonly design: string;
  readonly action: Action;
  readonly snapshot: DesignSnapshot;
  /** How it is carried out. */
  readonly policy: JobPolicy;
  /** Tasks of the site, in order. */
  readonly siteTasks: readonly TaskPlan[];
  /** Tasks of each node, in order, by node in the order of the plan. */
  readonly nodeTasks: ReadonlyMap<string, readonly TaskPlan[]>;
}

/** Reads jobs, and keeps those read last, as long as they don't hold too many tasks together. */
export interface JobInfos {
  /**
   * What never changes of a job. Waits for a database or a design state that is away, until the job is canceled; throws when there is no
   * such job or its design is gone. Never settles once the process stops.
   */
  read(id: string): Promise<JobInfo>;
  /** Lets go of a job that has ended. */
  forget(id: string): void;
}

/** What the reader needs. */
export interface JobInfosOptions {
  readonly db: Db;
  readonly snapshots: DesignSnapshots;
  /** Aborts when the process stops. */
  readonly stop: AbortSignal;
  /** A signal that aborts when a job is to be canceled. */
  readonly cancelOf: (jobId: string) => AbortSignal;
  readonly log: (message: string, cause?: unknown) => void;
}

const KEPT_TASKS = 300_000;
// Asked again, these answer the same.
const FOR_GOOD: ReadonlySet<Code> = new Set([
  Code.NotFound,
  Code.InvalidArgument,
  Code.FailedPrecondition,
  Code.DataLoss,
  Code.Unimplemented,
]);

/** Makes the reader. */
export function createJobInfos(options: JobInfosOptions): JobInfos {
  const kept = new Map<string, Promise<JobInfo>>();
  const weights = new Map<string, number>();
  return {
    read(id) {
      const known = kept.get(id);
      if (known !== undefined) return known;
      const info = readPatiently(options, id);
      kept.set(id, info);
      info.then(
        (job) => {
          weights.set(id, weightOf(job));
          for (const oldest of kept.keys()) {
            if (oldest === id || [...weights.values()].reduce((sum, each) => sum + each, 0) <= KEPT_TASKS) break;
            kept.delete(oldest);
            weights.delete(oldest);
          }
        },
        () => kept.delete(id),
      );
      return info;
    },
    forget(id) {
      kept.delete(id);
      weights.delete(id);
    },
  };
}

/** How many tasks of a job are held in memory. */
function weightOf({ siteTasks, nodeTasks }: JobInfo): number {
  return [...nodeTasks.values()].reduce((sum, tasks) => sum + tasks.length, siteTasks.length);
}

/** A job must not fail because the database or the design state was away, nor because the process stops. */
async function readPatiently({ db, snapshots, stop, cancelOf, log }: JobInfosOptions, id: string): Promise<JobInfo> {
  const failed = (error: unknown): void => {
    if (error instanceof JobMissing || FOR_GOOD.has(ConnectError.from(error).code)) throw error;
    cancelOf(id).throwIfAborted();
    log(`job ${id} could not be read, trying again`, error);
  };
  try {
    return await untilStop(stop, () => readInfo(db, snapshots, id), failed);
  } catch (error) {
    if (stop.aborted) return new Promise(() => {});
    throw error;
  }
}

/** There is no such job. */
class JobMissing extends Error {
  override name = "JobMissing";
  constructor(id: string) {
    super(`there is no job ${id}`);
  }
}

async function readInfo(db: Db, snapshots: DesignSnapshots, id: string): Promise<JobInfo> {
  const row = await readJob(db, id);
  if (row === undefined) throw new JobMissing(id);
  const [tasks, snapshot] = await Promise.all([readJobTasks(db, id), snapshots.read(row.design, BigInt(row.revision))]);
  const ofSite = ({ step }: TaskPlan): boolean => step.kind === StepKind.PREPARE_SITE;
  return {
    id,
    design: row.design,
    action: Action[row.action as keyof typeof Action],
    snapshot,
    policy: storedJobPolicy(row.policy),
    siteTasks: tasks.filter(ofSite),
    nodeTasks: Map.groupBy(
      tasks.filter((task) => !ofSite(task)),
      ({ step }) => step.subject,
    ),
  };
}
