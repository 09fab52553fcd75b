import type { Db } from "../../db/database.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import type { Workflow, WorkflowContext } from "../engine/engine.ts";
import { oneLine } from "../one-line.ts";
import type { Carried } from "../steps/step.ts";
import type { TaskPlan } from "../store/job-tasks.ts";
import type { Change } from "../store/write-changes.ts";
import { finishJob } from "./finish-job.ts";
import type { JobInfo, JobInfos } from "./job-info.ts";
import { siteSubject } from "./leases.ts";
import { NOTHING_CARRIED, outcomeJson, runTask, type TaskOutcome, type TaskTools } from "./run-task.ts";
import { untilStop } from "./until-stop.ts";

/** What the workflows of jobs need. */
export interface WorkflowTools extends TaskTools {
  readonly db: Db;
  readonly jobs: JobInfos;
  readonly dispatcher: Pick<Dispatcher, "enter" | "wake">;
  /** Writes changes of a job down in one transaction. */
  readonly write: (design: string, changes: readonly Change[]) => Promise<void>;
  /** Resolves once every node and every group of a job has ended. Rejects with the signal's reason. */
  readonly nodesEnded: (jobId: string, signal: AbortSignal) => Promise<void>;
  /** Told when a job has ended. */
  readonly ended: (jobId: string) => void;
}

/** Names of the workflows. */
export const JOB_WORKFLOW = "job";
export const NODE_WORKFLOW = "node";

/** The id of the workflow that carries a job out. */
export function jobWorkflowId(jobId: string): string {
  return `job:${jobId}`;
}

/** The id of the workflow that carries out what a job has for one node. */
export function nodeWorkflowId(jobId: string, node: string): string {
  return `${jobWorkflowId(jobId)}:node:${node}`;
}

const BLOCKED_AT_ONCE = 500;

/**
 * The workflows of jobs: one for the job, which prepares the site, releases the nodes to the dispatcher and waits for them; and one for each node, started when its
 * turn has come. Nodes don't wait for each other here. What workflows decide by never changes, so that one that is run again decides alike.
 */
export function jobWorkflows(tools: WorkflowTools): Readonly<Record<string, Workflow>> {
  const runTasks = async (context: WorkflowContext, job: JobInfo, tasks: readonly TaskPlan[]): Promise<boolean> => {
    const [first] = tasks;
    let carried: Carried = { ...NOTHING_CARRIED, precondition: first?.precondition ?? "" };
    for (const [index, task] of tasks.entries()) {
      const after = tasks.slice(index + 1);
      const outcome: TaskOutcome = (await context.step(task.step.id, async (engine) =>
        outcomeJson(await runTask(tools, job, task, carried, after, engine)),
      )) as TaskOutcome;
      await tools.boundary("kept", task.step.kind, task.step.subject);
      if (!outcome.ok) return false;
      carried = outcome.carried;
    }
    return true;
  };
  /** The same; other jobs may have the subject afterwards. */
  const runAndRelease = async (
    context: WorkflowContext,
    job: JobInfo,
    subject: string,
    tasks: readonly TaskPlan[],
  ): Promise<boolean> => {
    const done = await runTasks(context, job, tasks);
    tools.leases.release({ design: job.design, node: subject, jobId: job.id });
    return done;
  };

  const jobWorkflow: Workflow = async (context, input) => {
    const { jobId } = input as { jobId: string };
    try {
      const job = await tools.jobs.read(jobId);
      await context.step("begin", async () => {
        await tools.boundary("job-before-begin", undefined, jobId);
        await tools.recorder.job(job.design, { jobId, state: "RUNNING", begins: true });
        await tools.boundary("job-begun", undefined, jobId);
        return null;
      });
      const lost: TaskPlan[] = [];
      for (const site of job.siteTasks) {
        if (!site.planned) continue;
        if (!(await runAndRelease(context, job, siteSubject(site.step.driverInstance), [site]))) lost.push(site);
      }
      await context.step("release", async ({ signal }) => {
        const failed = (error: unknown): void =>
          tools.log(`nodes of job ${jobId} could not be released, trying again`, error);
        await untilStop(signal, () => releaseNodes(tools, job, lost), failed);
        return null;
      });
      await context.step("nodes", async ({ signal }) => {
        tools.dispatcher.wake(jobId);
        await tools.nodesEnded(jobId, signal);
        return null;
      });
    } catch (error) {
      tools.log(`job ${jobId} ended early by a fault of Bedplate`, error);
    }
    await context.step("finish", async ({ signal }) => {
      // A job whose end can't be written down now must not stay unfinished for ever.
      const failed = (error: unknown): void => tools.log(`job ${jobId} could not be ended, trying again`, error);
      await tools.boundary("job-before-end", undefined, jobId);
      await untilStop(signal, () => finishJob(tools.db, tools.recorder, jobId), failed);
      await tools.boundary("job-ended", undefined, jobId);
      return null;
    });
    tools.jobs.forget(jobId);
    tools.ended(jobId);
  };

  const nodeWorkflow: Workflow = async (context, input) => {
    const { jobId, node } = input as { jobId: string; node: string };
    const leave = tools.dispatcher.enter(jobId, node);
    try {
      const job = await tools.jobs.read(jobId);
      await runAndRelease(
        context,
        job,
        node,
        (job.nodeTasks.get(node) ?? []).filter(({ planned }) => planned),
      );
    } finally {
      leave();
    }
  };

  return { [JOB_WORKFLOW]: jobWorkflow, [NODE_WORKFLOW]: nodeWorkflow };
}

/** Lets nodes begin when their turn comes, but for those whose site could not be prepared. */
async function releaseNodes(tools: WorkflowTools, job: JobInfo, lost: readonly TaskPlan[]): Promise<void> {
  const blocked = [...job.nodeTasks].flatMap(([node, tasks]) => {
    const planned = tasks.filter((task) => task.planned);
    const site = lost.find((each) => dependsOn(tasks, each));
    if (site === undefined || planned.length === 0) return [];
    const end = { state: "BLOCKED", message: oneLine(`not tried, because ${site.step.id} failed`), ends: true };
    return [
      [
        ...planned.map(({ step }): Change => ({ task: { jobId: job.id, sequence: step.sequence, ...end } })),
        { node: { jobId: job.id, node, ...end } } satisfies Change,
      ],
    ];
  });
  for (let start = 0; start < blocked.length; start += BLOCKED_AT_ONCE) {
    await tools.write(job.design, blocked.slice(start, start + BLOCKED_AT_ONCE).flat());
  }
  await tools.write(job.design, [{ job: { jobId: job.id, released: true } }]);
}

/** Whether a node waits for a site step: it is of the same driver instance, or its first step, planned or not, names it. */
function dependsOn(tasks: readonly TaskPlan[], site: TaskPlan): boolean {
  const [first] = tasks;
  return (
    first !== undefined &&
    (first.step.driverInstance === site.step.driverInstance || first.step.dependsOn.includes(site.step.id))
  );
}
