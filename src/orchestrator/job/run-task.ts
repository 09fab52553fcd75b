import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import type { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { DriverAccess } from "../drivers/driver-access.ts";
import type { StepContext as EngineStep, Json } from "../engine/engine.ts";
import { stepPolicy } from "../job-policy.ts";
import { oneLine } from "../one-line.ts";
import type { Policy } from "../policy.ts";
import type { Recorder } from "../record/recorder.ts";
import type { StatusRecorder } from "../record/status-recorder.ts";
import {
  type Carried,
  type NodeUpdate,
  type Step,
  StepFailure,
  type StepResult,
  type StepTools,
} from "../steps/step.ts";
import { isFinal, type TaskRow } from "../store/job-row.ts";
import type { TaskPlan } from "../store/job-tasks.ts";
import type { Boundary, BoundaryWatch } from "./boundaries.ts";
import { inputDigest } from "./input-digest.ts";
import type { JobInfo } from "./job-info.ts";
import { JobCanceled, JobEnded } from "./job-watch.ts";
import { createTaskClock, type TaskProgress } from "./task-clock.ts";
import { untilStop } from "./until-stop.ts";

/** What a task came to, as the engine keeps it. */
export type TaskOutcome = { readonly ok: boolean; readonly carried: Carried };

/** What running tasks needs beside what steps need. */
export interface TaskTools extends StepTools {
  readonly recorder: Recorder;
  readonly statuses: StatusRecorder;
  /** A task's row; undefined when there is none. */
  readonly readTask: (jobId: string, sequence: number) => Promise<TaskRow | undefined>;
  /** A signal that aborts when a job is to be canceled. */
  readonly cancelOf: (jobId: string) => AbortSignal;
  /** Resolves when tasks of a job may start; rejects with the signal's reason. */
  readonly mayStart: (jobId: string, signal: AbortSignal) => Promise<void>;
  readonly log: (message: string, cause?: unknown) => void;
  /** The steps there are, by kind. */
  readonly steps: ReadonlyMap<StepKind, Step>;
  /** Told of every boundary a task passes. */
  readonly boundary: BoundaryWatch;
}

/** Nothing carried yet. */
export const NOTHING_CARRIED: Carried = { precondition: "", deployedSince: "" };

/**
 * Runs one task to its end and writes down how it went, before the engine keeps the outcome. `rest` are the tasks of the same subject that come after it, and
 * can't be tried when this one isn't done; after the last one the node has ended too. Run again after a crash, it goes on where the world is. Rejects only when the
 * process stops.
 */
export async function runTask(
  tools: TaskTools,
  job: JobInfo,
  task: TaskPlan,
  carried: Carried,
  rest: readonly TaskPlan[],
  engine: EngineStep,
): Promise<TaskOutcome> {
  const { recorder, statuses } = tools;
  const { sequence, kind, subject } = task.step;
  const node = job.nodeTasks.has(subject) ? subject : undefined;
  const place = { jobId: job.id, sequence };
  const pass = (boundary: Boundary): Promise<void> | void => tools.boundary(boundary, kind, subject);
  const signal = AbortSignal.any([engine.signal, tools.cancelOf(job.id)]);
  // A canceled job's tasks are begun, to be ended as canceled.
  await tools.mayStart(job.id, signal).catch(() => engine.signal.throwIfAborted());
  await pass("before-begin");
  const policy = stepPolicy(job.policy, kind, tools.policy);
  const given = digestOfInput(tools, job, task, policy);
  const begun = await recorder.task(job.design, {
    ...place,
    // What an earlier try waited for, this one doesn't yet.
    ...{ state: "RUNNING", tries: 1, begins: true, inputDigest: given, waitingFor: "" },
  });
  const endRest = async (state: string): Promise<void> => {
    const after = state === "CANCELED" ? CANCELED_BEFORE : blockedBy(task);
    await Promise.all(
      rest.map(({ step }) => recorder.task(job.design, { jobId: job.id, sequence: step.sequence, ...after })),
    );
  };
  if (begun === undefined) {
    const failed = (error: unknown): void => tools.log(`task ${task.step.id} could not be read, trying again`, error);
    const row = await untilStop(engine.signal, () => tools.readTask(job.id, sequence), failed);
    const outcome = earlierOutcome(row, carried);
    // The node's end, and that of the tasks that can't be tried any more, may have been written down with the task's, or not.
    if (!outcome.ok && row !== undefined) await endRest(row.state);
    if (node !== undefined && row !== undefined) {
      await endNode(tools, job, node, task, row.state, row.message, rest.length === 0);
    }
    return outcome;
  }

  await pass("begun");
  const end = async (state: string, message: string, status: NodeUpdate, percent?: number): Promise<void> => {
    const ended = { state, message, waitingFor: "", ends: true, ...(percent !== undefined && { percent }) };
    // A task that has ended is not run again: what it found out about the node must be kept by then.
    if (node !== undefined) {
      await statuses.record(job.design, { ...status, node, lastJobId: job.id }).catch((error) => {
        engine.signal.throwIfAborted();
        tools.log(`the state of node ${node} could not be kept`, error);
      });
      await pass("status-recorded");
    }
    await Promise.all([
      recorder.task(job.design, { ...place, ...ended }),
      percent === 100 ? undefined : endRest(state),
      node === undefined ? undefined : endNode(tools, job, node, task, state, message, rest.length === 0),
    ]);
    await pass("ended");
  };
  let result: StepResult;
  try {
    signal.throwIfAborted();
    const step = tools.steps.get(kind);
    if (step === undefined) throw new StepFailure("this version of Bedplate doesn't know the step");
    const clock = createTaskClock({
      startedAt: new Date(begun.started_at ?? Date.now()),
      deadlineMs: policy.deadlineMs[kind],
      giveUpMs: policy.deadlineMs[kind] * policy.giveUpFactor,
      signal,
      report: reporter(tools, job, sequence),
    });
    const drivers = watchedDrivers(tools.drivers, pass);
    const { operationId } = engine;
    result = await step.run({ ...tools, drivers, policy, job, task, operationId, signal, carried, clock });
    await pass("done");
  } catch (thrown) {
    // Whatever a step that is told to end trips over, it ends for the reason it was told.
    const error: unknown = signal.aborted ? signal.reason : thrown;
    // The step is run again by whoever goes on with the job: nothing is written down about this end.
    if (engine.signal.aborted) throw error;
    // What the job came to is written down, and nobody else's work on the node must be overwritten.
    if (error instanceof JobEnded) return { ok: false, carried };
    if (error instanceof JobCanceled) {
      await end("CANCELED", error.message, {});
      return { ok: false, carried };
    }
    const failure = error instanceof StepFailure ? error : internalFault(tools, task, error);
    const message = oneLine(failure.message);
    const condition = { type: "LastStep", status: false, message: oneLine(`${task.step.id}: ${message}`) };
    const phase = tools.steps.get(kind)?.keepsPhase === true ? {} : { phase: NodePhase.FAILED };
    await end("FAILED", message, { ...phase, conditions: [condition], ...failure.status });
    return { ok: false, carried };
  }
  const message = oneLine(result.message);
  const condition = { type: "LastStep", status: true, message: oneLine(`${task.step.id}: ${message}`) };
  const conditions = [...(result.status?.conditions ?? []), condition];
  await end(result.changed ? "SUCCEEDED" : "SKIPPED", message, { ...result.status, conditions }, 100);
  return { ok: true, carried: { ...carried, ...result.carried } };
}

/** A digest that can't be made must not keep the task from being tried: what it can't be made of, the step itself trips over. */
function digestOfInput(tools: TaskTools, job: JobInfo, task: TaskPlan, policy: Policy): string {
  try {
    return inputDigest(job, task, policy);
  } catch (error) {
    tools.log(`what ${task.step.id} is given has no digest`, error);
    return "";
  }
}

const GOOD: ReadonlySet<string> = new Set(["SUCCEEDED", "SKIPPED"]);

/** Ends a node with its last task, or with one that isn't done. */
async function endNode(
  { recorder }: TaskTools,
  job: JobInfo,
  node: string,
  { step }: TaskPlan,
  state: string,
  message: string,
  last: boolean,
): Promise<void> {
  const good = GOOD.has(state);
  if (good && !last) return;
  const end = good
    ? { state: "SUCCEEDED", message }
    : { state: state === "CANCELED" ? "CANCELED" : "FAILED", message: oneLine(`${step.id}: ${message}`) };
  await recorder.node(job.design, { jobId: job.id, node, ...end, ends: true });
}

/** Outcomes are kept by the engine as JSON. */
export function outcomeJson({ ok, carried }: TaskOutcome): {
  readonly ok: boolean;
  readonly carried: Readonly<Record<string, Json>>;
} {
  return { ok, carried };
}

const CANCELED_BEFORE = { state: "CANCELED", message: "the job was canceled before this was tried", ends: true };

function blockedBy({ step }: TaskPlan): { state: string; message: string; ends: boolean } {
  return { state: "BLOCKED", message: oneLine(`not tried, because ${step.id} failed`), ends: true };
}

/** The process ended after the outcome was written down and before the engine kept it. */
function earlierOutcome(row: TaskRow | undefined, carried: Carried): TaskOutcome {
  if (row === undefined || !isFinal(row.state)) throw new Error("a task was neither changed nor found ended");
  const deployedSince = row.kind === "DEPLOY" && row.started_at !== null ? new Date(row.started_at).toISOString() : "";
  return {
    ok: GOOD.has(row.state),
    // The driver's last token is lost; without one it takes the machine as it is.
    carried: { precondition: "", deployedSince: deployedSince || carried.deployedSince },
  };
}

/** The drivers, calls to which are boundaries: all a call waits for is behind it by then. */
function watchedDrivers(drivers: DriverAccess, pass: (boundary: Boundary) => Promise<void> | void): DriverAccess {
  return {
    ...drivers,
    call: (name, service, signal, call) =>
      drivers.call(name, service, signal, async (client, target) => {
        await pass("before-call");
        const answer = await call(client, target);
        await pass("called");
        return answer;
      }),
  };
}

/** Tells what is going on, once for each change of it, and lets nobody wait for that. */
function reporter(tools: TaskTools, job: JobInfo, sequence: number): (progress: TaskProgress) => void {
  let said: TaskProgress = {};
  return (progress) => {
    const news = Object.entries(progress).filter(
      ([key, value]) => said[key as keyof TaskProgress] !== value || key === "tries",
    );
    if (news.length === 0) return;
    said = { ...said, ...progress };
    const text = {
      ...(progress.message !== undefined && { message: oneLine(progress.message) }),
      ...(progress.waitingFor !== undefined && { waitingFor: oneLine(progress.waitingFor, 1024) }),
    };
    tools.recorder.task(job.design, { jobId: job.id, sequence, ...progress, ...text }).catch(() => {});
  };
}

function internalFault(tools: TaskTools, task: TaskPlan, error: unknown): StepFailure {
  tools.log(`${task.step.id} failed by a fault of Bedplate`, error);
  return new StepFailure("internal fault of Bedplate; the server's log has the details");
}
