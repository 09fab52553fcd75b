import type { Db } from "../../db/database.ts";
import type { Json, Workflow, WorkflowContext } from "../engine/engine.ts";
import { createSemaphore, type Semaphore } from "../semaphore.ts";
import type { Carried } from "../steps/step.ts";
import type { TaskPlan } from "../store/job-tasks.ts";
import { finishJob } from "./finish-job.ts";
import type { JobInfo, JobInfos } from "./job-info.ts";
import { NOTHING_CARRIED, outcomeJson, runTask, type TaskOutcome, type TaskTools } from "./run-task.ts";
import { untilStop } from "./until-stop.ts";

/** What the workflows of jobs need. */
export interface WorkflowTools extends TaskTools {
  readonly db: Db;
  readonly jobs: JobInfos;
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

/**
 * The workflows of jobs: one for the job, which prepares the site and starts one for each node; those don't wait for each other. What
 * they decide by never changes, so that a workflow that is run again decides alike.
 */
export function jobWorkflows(tools: WorkflowTools): Readonly<Record<string, Workflow>> {
  const places = new Map<string, Semaphore>();
  const placesOf = (jobId: string): Semaphore => {
    const known = places.get(jobId) ?? createSemaphore(tools.policy.nodesAtOnce);
    places.set(jobId, known);
    return known;
  };

  const runTasks = async (
    context: WorkflowContext,
    job: JobInfo,
    tasks: readonly TaskPlan[],
    rest: readonly TaskPlan[],
  ): Promise<boolean> => {
    const [first] = tasks;
    let carried: Carried = { ...NOTHING_CARRIED, precondition: first?.precondition ?? "" };
    for (const [index, task] of tasks.entries()) {
      const after = [...tasks.slice(index + 1), ...rest];
      const outcome: TaskOutcome = (await context.step(task.step.id, async (engine) =>
        outcomeJson(await runTask(tools, job, task, carried, after, engine)),
      )) as TaskOutcome;
      await tools.boundary("kept", task.step.kind, task.step.subject);
      if (!outcome.ok) return false;
      carried = outcome.carried;
    }
    return true;
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
      const nodes = new Map(
        [...job.nodeTasks]
          .map(([node, tasks]) => [node, tasks.filter(({ planned }) => planned)] as const)
          .filter(([, tasks]) => tasks.length > 0),
      );
      for (const site of job.siteTasks) {
        if (!site.planned) continue;
        const waiting = [...nodes].filter(
          ([, [task]]) => task?.step.driverInstance === site.step.driverInstance || dependsOn(job, task, site),
        );
        const done = await runTasks(
          context,
          job,
          [site],
          waiting.flatMap(([, tasks]) => tasks),
        );
        if (!done) for (const [node] of waiting) nodes.delete(node);
      }
      const runs = [...nodes.keys()].map((node) => ({
        id: `${context.id}:node:${node}`,
        input: { jobId, node } as Json,
      }));
      await context.runAll(NODE_WORKFLOW, runs);
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
    places.delete(jobId);
    tools.jobs.forget(jobId);
    tools.ended(jobId);
  };

  const nodeWorkflow: Workflow = async (context, input) => {
    const { jobId, node } = input as { jobId: string; node: string };
    const job = await tools.jobs.read(jobId);
    const tasks = (job.nodeTasks.get(node) ?? []).filter(({ planned }) => planned);
    // Whoever waits here when the process stops waits for ever: its workflow is begun again elsewhere.
    await placesOf(jobId).run(NEVER, () => runTasks(context, job, tasks, []));
  };

  return { [JOB_WORKFLOW]: jobWorkflow, [NODE_WORKFLOW]: nodeWorkflow };
}

const NEVER = new AbortController().signal;

/** Whether a node waits for a site step: its first step, planned or not, names it. */
function dependsOn(job: JobInfo, task: TaskPlan | undefined, site: TaskPlan): boolean {
  const [first] = job.nodeTasks.get(task?.step.subject ?? "") ?? [];
  return first?.step.dependsOn.includes(site.step.id) ?? false;
}
