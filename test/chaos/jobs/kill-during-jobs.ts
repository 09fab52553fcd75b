import { setTimeout as delay } from "node:timers/promises";
import type { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { StepKind as Kind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { DEFAULT_POLICY, type Policy } from "../../../src/orchestrator/policy.ts";
import { withDatabaseEnvironment } from "../../support/database.ts";
import { simulatedName } from "../../support/simulated-site.ts";
import { armCuts, type Cut } from "./cuts.ts";
import { type Act, plan } from "./scenario.ts";
import { type Stage, withStage } from "./stage.ts";
import { gapsOf, liesOf, type Truth, truthOf, untilEnded } from "./truth.ts";

/** How jobs are disturbed. */
export interface KillWork {
  readonly acts: readonly Act[];
  readonly nodes: number;
  readonly cuts: readonly Cut[];
  /** Names of the servers that share the database: one on the embedded database, two at most on PostgreSQL. */
  readonly servers: readonly string[];
  /** How often the acts are played, on new ground each time, for cuts that were not come to. */
  readonly rounds: number;
  /** Whether the step that installs machines has the planted bug. */
  readonly planted?: boolean;
  readonly progress?: (words: string) => void;
}

/** What came of it. */
export interface KillVerdict {
  /** Cuts at which a process was killed, and those it was never come to. */
  readonly passed: readonly string[];
  readonly missed: readonly string[];
  /** The kinds of steps the jobs had. */
  readonly kinds: ReadonlySet<StepKind>;
  readonly jobs: number;
  readonly problems: readonly string[];
}

const MODELS = 2;
const JOB_MS = 900_000;
const LAST_CUT_MS = 60_000;
// Machines take their time where a call and its effect are to be told apart; elsewhere the first call has effect.
const WORLD = { commission_ms: "30", deploy_ms: "60", release_ms: "30" };
/** A job whose machine never calls in ends soon. */
const HASTY: Partial<Policy> = { deadlineMs: { ...DEFAULT_POLICY.deadlineMs, [Kind.VERIFY_NODE]: 4_000 } };

/**
 * Plays jobs and kills a server with SIGKILL at each cut, then starts it again. Checks each job against what the same job came to undisturbed: the world's ledger,
 * its machines, the record.
 */
export async function killDuringJobs(work: KillWork): Promise<KillVerdict> {
  const undisturbed = await playUndisturbed(work.acts);
  const left = new Map(work.cuts.map((cut) => [cut.id, cut]));
  const verdict = { kinds: new Set<StepKind>(), jobs: 0, problems: [] as string[] };
  for (let round = 1; round <= work.rounds && left.size > 0; round++) {
    await playRound(work, undisturbed, left, verdict);
    work.progress?.(`round ${round}: ${work.cuts.length - left.size} of ${work.cuts.length} cuts`);
  }
  const missed = [...left.keys()];
  return { ...verdict, missed, passed: work.cuts.map(({ id }) => id).filter((id) => !left.has(id)) };
}

const played: { acts: number; truths: ReadonlyMap<string, Truth> }[] = [];

/** What the acts come to, from the first of the scenario on, when nobody disturbs them, on two nodes. Played once for all who ask. */
export async function playUndisturbed(acts: readonly Act[]): Promise<ReadonlyMap<string, Truth>> {
  const known = played.find((each) => each.acts >= acts.length);
  if (known !== undefined) return known.truths;
  const truths = await play(acts);
  played.push({ acts: acts.length, truths });
  return truths;
}

function play(acts: readonly Act[]): Promise<ReadonlyMap<string, Truth>> {
  return withDatabaseEnvironment(({ DATABASE_URL: databaseUrl }) =>
    withStage({ databaseUrl, worldOptions: WORLD }, async (stage) => {
      await stage.start("model");
      const truths = new Map<string, Truth>();
      for (const act of acts) {
        const after = stage.world.ledger.read(0, 1).last;
        const { start } = await plan(stage, act, MODELS);
        const jobId = await start();
        await untilEnded(stage, jobId, JOB_MS);
        truths.set(act.name, await truthOf(stage, jobId, after));
      }
      return truths;
    }),
  );
}

/** The names of the nodes the undisturbed jobs were about. */
export const modelNodes: readonly string[] = namesOf(MODELS);

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => simulatedName(index));
}

async function playRound(
  work: KillWork,
  undisturbed: ReadonlyMap<string, Truth>,
  left: Map<string, Cut>,
  verdict: { readonly kinds: Set<StepKind>; jobs: number; readonly problems: string[] },
): Promise<void> {
  const arrivals: { readonly name: string; readonly cut: string }[] = [];
  await withDatabaseEnvironment(({ DATABASE_URL: databaseUrl }) => {
    const options = {
      ...{ databaseUrl, worldOptions: WORLD, planted: work.planted ?? false },
      policy: work.planted ? HASTY : {},
      at: (name: string, cut: string) => void arrivals.push({ name, cut }),
    };
    return withStage(options, async (stage) => {
      for (const name of work.servers) await stage.start(name);
      let last = 0n;
      for (const act of work.acts) {
        const after = stage.world.ledger.read(0, 1).last;
        const planned = await plan(stage, act, work.nodes);
        for (const kind of planned.kinds) verdict.kinds.add(kind);
        const armed = new Map(
          armCuts([...left.values()], planned.kinds, namesOf(work.nodes)).map((cut) => [cut.id, cut]),
        );
        for (const replica of stage.replicas.values()) replica.arm([...armed.values()]);
        const jobId = await planned.start();
        const killed = killAtCuts(stage, arrivals, armed, (cut) => {
          left.delete(cut);
          work.progress?.(`${act.name}: killed at ${cut}, ${left.size} left`);
        });
        await killed.until(untilEnded(stage, jobId, JOB_MS));
        const truth = await truthOf(stage, jobId, after);
        verdict.jobs++;
        last = truth.events.at(-1)?.sequence ?? last;
        const model = undisturbed.get(act.name);
        if (model === undefined) throw new Error(`nobody played ${act.name} undisturbed`);
        for (const lie of liesOf(truth, model, namesOf(work.nodes), modelNodes))
          verdict.problems.push(`${act.name}: ${lie}`);
        if (verdict.problems.length > 0) return;
      }
      verdict.problems.push(...(await gapsOf(stage, last)));
    });
  });
}

/** Kills whichever server stands still at a cut and starts it again, one after the other, until the work is done. */
function killAtCuts(
  stage: Stage,
  arrivals: { readonly name: string; readonly cut: string }[],
  armed: Map<string, Cut>,
  passed: (cut: string) => void,
): { until(work: Promise<unknown>): Promise<void> } {
  let ended = false;
  const kill = async (): Promise<void> => {
    let lastChance = Number.POSITIVE_INFINITY;
    for (;;) {
      const arrival = arrivals.shift();
      if (arrival === undefined) {
        if (ended && !armed.has("job-ended")) return;
        if (ended) lastChance = Math.min(lastChance, performance.now() + LAST_CUT_MS);
        if (performance.now() > lastChance) return;
        await delay(20);
        continue;
      }
      const { name, cut } = arrival;
      const replica = stage.replicas.get(name);
      // One that came to a cut and was killed at another comes to it again.
      if (replica === undefined) continue;
      // Whoever goes on with the node of a dead server comes to the same cut.
      if (!armed.has(cut)) {
        replica.go(cut);
        continue;
      }
      replica.kill("SIGKILL");
      await replica.gone;
      armed.delete(cut);
      passed(cut);
      for (let index = arrivals.length - 1; index >= 0; index--)
        if (arrivals[index]?.name === name) arrivals.splice(index, 1);
      await stage.start(name, [...armed.values()]);
    }
  };
  return {
    async until(work) {
      const killing = kill();
      await Promise.race([
        work.finally(() => {
          ended = true;
        }),
        killing,
      ]);
      await work;
      await killing;
    },
  };
}
