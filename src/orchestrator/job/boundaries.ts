import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";

/** What every task passes, in this order; `before-call` and `called` once for each call to a driver. */
export const TASK_BOUNDARIES = [
  /** Nothing says yet that the task is tried. */
  "before-begin",
  /** Its begin is written down, and nothing was done. */
  "begun",
  /** Its node is held, and nothing but the call itself is left to do. */
  "before-call",
  /** A driver has answered, and nothing of that is written down. */
  "called",
  /** The world is as the step wants it, and nothing says so. */
  "done",
  /** The node's state is written down; the task goes on for all who look. */
  "status-recorded",
  /** The task's end is written down; the engine would run it again. */
  "ended",
  /** The engine has kept its outcome; the next task has not begun. */
  "kept",
] as const;

/** What every job passes, in this order. */
export const JOB_BOUNDARIES = [
  /** The engine has begun to carry it out, and nothing says so. */
  "job-before-begin",
  /** Its begin is written down, and no task is tried yet. */
  "job-begun",
  /** It is written down that a node begins, and nobody has begun. */
  "node-admitted",
  /** All its tasks have ended; nothing says that it has. */
  "job-before-end",
  /** Its end is written down; the engine would end it again. */
  "job-ended",
] as const;

/** A place in a job where its process may end, with all that is durable by then written down and nothing beyond. */
export type Boundary = (typeof TASK_BOUNDARIES)[number] | (typeof JOB_BOUNDARIES)[number];

/**
 * Told of each boundary passed, of which kind of step (undefined for the job's own) and about whom (a node, a site's driver instance, or
 * the job's id). What it gives is waited for before the job goes on. Nothing in production listens: a test ends or stops the process here.
 */
export type BoundaryWatch = (boundary: Boundary, kind: StepKind | undefined, subject: string) => Promise<void> | void;

/** Whose step makes no call to a driver that could take effect: it waits for the node to call in, or only looks at it. */
const CALLS_NOBODY: ReadonlySet<StepKind> = new Set([StepKind.VERIFY_NODE, StepKind.VERIFY_DESIGN]);
/** Whose step is about no node, so that there is no node's state to write down. */
const OF_THE_SITE: ReadonlySet<StepKind> = new Set([StepKind.PREPARE_SITE]);

/** The boundaries a task of that kind passes, in order. */
export function boundariesOf(kind: StepKind): readonly Boundary[] {
  return TASK_BOUNDARIES.filter((boundary) => {
    if (boundary === "before-call" || boundary === "called") return !CALLS_NOBODY.has(kind);
    return boundary !== "status-recorded" || !OF_THE_SITE.has(kind);
  });
}
