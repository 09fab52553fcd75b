import { StepKind } from "../../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { ALL_CUTS, type Cut, STEP_KINDS } from "./cuts.ts";
import { killDuringJobs } from "./kill-during-jobs.ts";
import { SCENARIO } from "./scenario.ts";
import { STOP_NODES, STOPS, stopReplicas } from "./stop-replica.ts";

/** How much is disturbed. */
export interface DisturbWork {
  readonly nodes: number;
  /** The cuts; all of the registry when absent. */
  readonly cuts?: readonly string[];
  /** The stops; all when absent. */
  readonly stops?: readonly string[];
  /** How many acts of the scenario are played; all when absent. */
  readonly acts?: number;
  readonly progress?: (words: string) => void;
}

/** What came of it, in lines for people; and what went wrong. */
export interface DisturbVerdict {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
}

// No simulated node has a management controller that a plan asks after.
const UNCOVERED: ReadonlySet<StepKind> = new Set([StepKind.VERIFY_OOB]);
const isShared = process.env.DATABASE_URL !== undefined;

/**
 * Kills servers at the boundaries of jobs, of which there are two where the database is shared, and one is stopped and woken there; then sees that a planted bug
 * would be noticed.
 */
export async function disturbJobs(work: DisturbWork): Promise<DisturbVerdict> {
  const { nodes, progress } = work;
  const acts = SCENARIO.slice(0, work.acts ?? SCENARIO.length);
  const cuts = chosen(ALL_CUTS, work.cuts).filter(({ kind }) => kind === undefined || !UNCOVERED.has(kind));
  const servers = isShared ? ["a", "b"] : ["a"];
  const kills = await killDuringJobs({ acts, nodes, cuts, servers, rounds: 3, ...(progress && { progress }) });
  const problems = [...kills.problems, ...kills.missed.map((cut) => `no job came to ${cut}`)];
  if (work.acts === undefined) {
    for (const kind of STEP_KINDS)
      if (!kills.kinds.has(kind) && !UNCOVERED.has(kind)) problems.push(`no job has a step ${StepKind[kind]}`);
  }
  const lines = [`cuts ${kills.passed.length}/${cuts.length}, in ${kills.jobs} jobs over ${nodes} nodes`];
  if (isShared) {
    const stops = chosen(STOPS, work.stops);
    const verdict = await stopReplicas(stops, STOP_NODES, progress);
    problems.push(...verdict.problems);
    const seconds = verdict.takeoverMs.map((ms) => (ms / 1000).toFixed(1)).join(", ");
    lines.push(`stops ${verdict.stops}/${stops.length}, taken over from after ${seconds} s`);
  }
  const planted = await killDuringJobs({
    ...{ acts: SCENARIO.slice(0, 1), nodes: 2, servers: ["a"], rounds: 1, planted: true },
    cuts: ALL_CUTS.filter(({ id }) => id === "DEPLOY/ended"),
  });
  if (planted.problems.length > 0) lines.push("planted bug caught");
  else problems.push("the planted bug was not noticed");
  return { lines, problems };
}

function chosen(all: readonly Cut[], ids: readonly string[] | undefined): readonly Cut[] {
  if (ids === undefined) return all;
  return ids.map((id) => {
    const found = all.find((each) => each.id === id);
    if (found === undefined) throw new Error(`there is no cut ${id}`);
    return found;
  });
}
