import { setTimeout as delay } from "node:timers/promises";
import { TaskState } from "../../../gen/bedplate/orchestrator/v1/job_pb.js";
import { Action, StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { boundariesOf } from "../../../src/orchestrator/job/boundaries.ts";
import { within } from "../../../src/orchestrator/within.ts";
import { withDatabaseEnvironment } from "../../support/database.ts";
import { simulatedName } from "../../support/simulated-site.ts";
import type { Cut } from "./cuts.ts";
import { modelNodes, playUndisturbed } from "./kill-during-jobs.ts";
import type { Replica } from "./replica.ts";
import { type Act, plan } from "./scenario.ts";
import { type Stage, withStage } from "./stage.ts";
import { liesOf, truthOf, untilEnded } from "./truth.ts";

/** What came of stopping processes. */
export interface StopVerdict {
  /** Boundaries at which one was stopped, taken over from and woken. */
  readonly stops: number;
  /** From the stop of a process until another went on with its node, in milliseconds. */
  readonly takeoverMs: readonly number[];
  readonly problems: readonly string[];
}

const DEPLOY: Act = { name: "deploy", action: Action.DEPLOY, edition: 1 };
/** How many nodes the jobs have in which processes are stopped. */
export const STOP_NODES = 4;
const JOB_MS = 300_000;
const WAKE_MS = 120_000;

/** The boundaries of the step that installs a machine, each of which a process can be stopped at. */
export const STOPS: readonly Cut[] = boundariesOf(StepKind.DEPLOY).map((boundary) => ({
  id: `stop at ${boundary}`,
  ...{ kind: StepKind.DEPLOY, boundary, nth: 1 },
}));

/**
 * Stops one of two servers on PostgreSQL at boundaries with SIGSTOP, lets the other take over and bring the job to its end, and wakes the first. Checks that it
 * makes no accepted driver call any more, writes nothing, and begins anew.
 */
export async function stopReplicas(
  stops: readonly Cut[],
  nodes: number,
  progress: (words: string) => void = () => {},
): Promise<StopVerdict> {
  const undisturbed = (await playUndisturbed([DEPLOY])).get(DEPLOY.name);
  if (undisturbed === undefined) throw new Error("nothing was played");
  const problems: string[] = [];
  const takeoverMs: number[] = [];
  for (const stop of stops) {
    const before = problems.length;
    const arrived = Promise.withResolvers<{ readonly name: string; readonly node: string }>();
    await withDatabaseEnvironment(({ DATABASE_URL: databaseUrl }) =>
      withStage(
        {
          ...{ databaseUrl, worldOptions: { commission_ms: "30", deploy_ms: "60" } },
          at: (name, _cut, node) => arrived.resolve({ name, node }),
        },
        async (stage) => {
          const one = await stage.start("a");
          const other = await stage.start("b");
          const planned = await plan(stage, DEPLOY, nodes);
          // Both stand still at the first they come to; the other goes on once one of them is stopped.
          for (const replica of [one, other]) replica.arm([stop]);
          const jobId = await planned.start();
          const { name, node } = await arrived.promise;
          const [stopped, living] = name === "a" ? [one, other] : [other, one];
          const woken = stopped.says("begins anew");
          stopped.kill("SIGSTOP");
          const began = performance.now();
          const goes = setInterval(() => living.go(stop.id), 200);
          try {
            const job = untilEnded(askingOnly(stage, living), jobId, JOB_MS);
            // Whoever waits for something else first hears of its failure all the same, later.
            job.catch(() => {});
            const deployed = async (): Promise<boolean> => {
              const { tasks } = await answerOf(living, () => living.client.listTasks({ jobId, pageSize: 1000 }));
              return tasks.some(
                (each) => each.kind === StepKind.DEPLOY && each.subject === node && DONE.has(each.state),
              );
            };
            while (!(await deployed())) await delay(50);
            takeoverMs.push(performance.now() - began);
            await job;
          } finally {
            clearInterval(goes);
          }
          const written = stage.world.ledger.read(0, 1).last;
          const ended = await truthOf(askingOnly(stage, living), jobId, 0);
          stopped.kill("SIGCONT");
          stopped.go(stop.id);
          if (!(await within(WAKE_MS, woken))) problems.push(`${stop.id}: it did not begin anew`);
          // Its driver answers calls in order: one that came back now was asked after any the woken process had made.
          await answerOf(stopped, () => stopped.client.probeDriverInstance({ name: "simulator" }));
          const after = await truthOf(stage, jobId, 0);
          for (const entry of stage.world.ledger.read(written, 1_000).entries)
            problems.push(
              `${stop.id}: ${entry.verb} of ${entry.node} was accepted after the end, of driver ${entry.driver}`,
            );
          if (after.events.length !== ended.events.length)
            problems.push(`${stop.id}: events were written after the end`);
          for (const lie of liesOf(after, undisturbed, namesOf(nodes), modelNodes)) problems.push(`${stop.id}: ${lie}`);
        },
      ),
    );
    const found = problems.slice(before);
    progress(`${stop.id}: taken over from after ${Math.round(takeoverMs.at(-1) ?? 0)} ms, ${found.length} problems`);
    for (const problem of found) progress(`  ${problem}`);
  }
  return { stops: stops.length, takeoverMs, problems };
}

/** The same stage, where nobody is asked but one. */
function askingOnly(stage: Stage, replica: Replica): Stage {
  return { ...stage, ask: (question) => answerOf(replica, () => question(replica)) };
}

/** A process that begins anew gives up the calls it had: they are made again until it answers, or has ended. */
async function answerOf<Answer>(replica: Replica, call: () => Promise<Answer>): Promise<Answer> {
  const until = performance.now() + WAKE_MS;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const ending = replica.ending();
      if (ending !== undefined) throw new Error(`the server is gone: ${ending}`, { cause: error });
      if (performance.now() > until) throw error;
      await delay(200);
    }
  }
}

const DONE: ReadonlySet<TaskState> = new Set([TaskState.SUCCEEDED, TaskState.SKIPPED]);

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => simulatedName(index));
}
