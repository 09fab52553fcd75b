import { setTimeout as delay } from "node:timers/promises";
import { NodePhase } from "../../../gen/bedplate/design/v1/node_status_pb.js";
import { type Event, type Job, JobState, type Task, TaskState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import type { Stage } from "./stage.ts";

/** What became of a job: what we say of it, and what the world says. */
export interface Truth {
  readonly job: Job;
  readonly tasks: readonly Task[];
  readonly events: readonly Event[];
  /** What was written in the world since, "verb accepted" and "verb effective" in order, by node and site. */
  readonly ledger: ReadonlyMap<string, readonly string[]>;
  /** The machine of each node, in a word. */
  readonly machines: ReadonlyMap<string, string>;
  /** The phase of each node, as we keep it. */
  readonly phases: ReadonlyMap<string, string>;
}

const FINAL_JOB: ReadonlySet<JobState> = new Set([JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED]);
const FINAL_TASK: ReadonlySet<TaskState> = new Set([
  TaskState.SUCCEEDED,
  TaskState.SKIPPED,
  TaskState.FAILED,
  TaskState.CANCELED,
  TaskState.BLOCKED,
]);
const LOOK_MS = 200;

/** Waits for the end of a job, at most so long. Throws when it isn't there, with what its tasks wait for. */
export async function untilEnded(stage: Stage, jobId: string, mostMs: number, soon = new AbortController().signal) {
  const until = performance.now() + mostMs;
  for (;;) {
    soon.throwIfAborted();
    const { job } = await stage.ask(({ client }) => client.getJob({ jobId }));
    if (job !== undefined && FINAL_JOB.has(job.state)) return job;
    if (performance.now() > until) {
      const tasks = (await allTasks(stage, jobId)).filter(({ state }) => !FINAL_TASK.has(state));
      const words = tasks
        .slice(0, 5)
        .map((task) => `${task.stepId} ${TaskState[task.state]} ${task.waitingFor} ${task.message}`);
      throw new Error(`job ${jobId} has not ended after ${mostMs / 1000} s: ${words.join("; ")}`);
    }
    await delay(LOOK_MS);
  }
}

/** Everything about a job that has ended; of the world's ledger, what came after an entry. */
export async function truthOf(stage: Stage, jobId: string, after: number): Promise<Truth> {
  const job = await untilEnded(stage, jobId, 1);
  const tasks = await allTasks(stage, jobId);
  const events = await stage.ask(async ({ client }) => {
    const found: Event[] = [];
    for await (const batch of client.watchJob({ jobId })) found.push(...batch.events);
    return found;
  });
  const ledger = new Map<string, string[]>();
  for (const { sequence, node, verb, effective } of stage.world.ledger.entries()) {
    if (sequence <= after) continue;
    ledger.set(node, [...(ledger.get(node) ?? []), `${verb} ${effective ? "effective" : "accepted"}`]);
  }
  const machines = new Map(
    stage.world.control.machines("", 20_000).map(({ name, state, power }) => [name, `${state}, power ${power}`]),
  );
  const phases = new Map<string, string>();
  for (let pageToken = ""; ; ) {
    const page = await stage.ask(({ state }) => state.listNodeStatus({ design: "lab", pageSize: 500, pageToken }));
    for (const { node, phase } of page.statuses) phases.set(node, NodePhase[phase]);
    pageToken = page.nextPageToken;
    if (pageToken === "") break;
  }
  return { job, tasks, events, ledger, machines, phases };
}

/** What is not true of a job that ought to have gone as the same job did undisturbed, on nodes that take turns. */
export function liesOf(
  truth: Truth,
  undisturbed: Truth,
  nodes: readonly string[],
  models: readonly string[],
): string[] {
  const lies: string[] = [...recordLies(truth)];
  if (truth.job.state !== undisturbed.job.state) {
    lies.push(`the job is ${JobState[truth.job.state]}, not ${JobState[undisturbed.job.state]}: ${truth.job.message}`);
  }
  const compare = (of: string, what: string, is: string, ought: string): void => {
    if (is !== ought) lies.push(`${of}: ${what} ${is || "nothing"}, not ${ought || "nothing"}`);
  };
  const pairs = nodes.map((node, index) => [node, models[index % models.length] ?? ""] as const);
  const sites = [...undisturbed.ledger.keys()].filter((name) => name.startsWith("site:"));
  for (const [name, model] of [...pairs, ...sites.map((site) => [site, site] as const)]) {
    compare(name, "the world's ledger has", words(truth.ledger.get(name)), words(undisturbed.ledger.get(model)));
    compare(name, "the machine is", truth.machines.get(name) ?? "", undisturbed.machines.get(model) ?? "");
    compare(name, "its phase is", truth.phases.get(name) ?? "", undisturbed.phases.get(model) ?? "");
  }
  for (const [name, model] of pairs) compare(name, "its tasks are", tasksOf(truth, name), tasksOf(undisturbed, model));
  return lies;
}

/** What doesn't fit together in the record of a job that has ended. */
export function recordLies({ job, tasks, events }: Truth): string[] {
  const lies: string[] = [];
  const counts: Record<string, number> = {};
  for (const { state, stepId } of tasks) {
    counts[TaskState[state]] = (counts[TaskState[state]] ?? 0) + 1;
    if (!FINAL_TASK.has(state)) lies.push(`task ${stepId} is ${TaskState[state]} although the job has ended`);
  }
  for (const [state, count] of Object.entries(job.taskCounts)) {
    const key = state.toUpperCase();
    if ((counts[key] ?? 0) !== count) lies.push(`the job counts ${count} tasks ${state}, and has ${counts[key] ?? 0}`);
  }
  const ends = new Map<string, number>();
  let before = 0n;
  for (const { sequence, change } of events) {
    if (sequence <= before) lies.push(`event ${sequence} comes after event ${before}`);
    before = sequence;
    if (change.case === "task" && FINAL_TASK.has(change.value.state))
      ends.set(change.value.stepId, (ends.get(change.value.stepId) ?? 0) + 1);
    if (change.case === "job" && FINAL_JOB.has(change.value.state)) ends.set("the job", (ends.get("the job") ?? 0) + 1);
  }
  for (const [what, count] of ends) if (count !== 1) lies.push(`${what} has ended ${count} times`);
  for (const { stepId, attempt } of tasks)
    if (attempt > 0 && !ends.has(stepId)) lies.push(`no event says that ${stepId} has ended`);
  if (!ends.has("the job")) lies.push("no event says that the job has ended");
  return lies;
}

/** What is wrong with the numbers of a design's events, up to the newest of those jobs. */
export async function gapsOf(stage: Stage, last: bigint): Promise<string[]> {
  return stage.ask(async ({ client }) => {
    const enough = new AbortController();
    const wrong: string[] = [];
    let expected = 1n;
    for await (const { events } of client.watchEvents({ design: "lab" }, { signal: enough.signal })) {
      for (const { sequence } of events) {
        if (sequence !== expected) wrong.push(`event ${sequence} stands where ${expected} ought to`);
        expected = sequence + 1n;
      }
      if (expected > last) break;
    }
    enough.abort();
    return wrong;
  });
}

async function allTasks(stage: Stage, jobId: string): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (let pageToken = ""; ; ) {
    const page = await stage.ask(({ client }) => client.listTasks({ jobId, pageSize: 1000, pageToken }));
    tasks.push(...page.tasks);
    pageToken = page.nextPageToken;
    if (pageToken === "") return tasks;
  }
}

function words(entries: readonly string[] = []): string {
  return entries.join(", ");
}

function tasksOf({ tasks }: Truth, node: string): string {
  return tasks
    .filter(({ subject }) => subject === node)
    .map(({ kind, state }) => `${StepKind[kind]} ${TaskState[state]}`)
    .join(", ");
}
