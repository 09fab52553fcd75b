import { fromJson } from "@bufbuild/protobuf";
import { FailurePolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import type { Db } from "../../db/database.ts";
import { withTransaction } from "../../db/with-transaction.ts";
import { storedJobPolicy } from "../job-policy.ts";
import {
  countByGroup,
  idleNodes,
  lockAdmission,
  nextNodes,
  nodesAtWork,
  nodesOfOthers,
  planExpired,
  type Scope,
} from "../store/admission.ts";
import { isFinal, type JobRow } from "../store/job-row.ts";
import { readJob } from "../store/read-job.ts";
import { listJobGroups } from "../store/read-job-nodes.ts";
import { type Change, writeChangesIn } from "../store/write-changes.ts";
import { type AtWork, type Bounds, chooseNodes, fullPlaces } from "./choose-nodes.ts";
import { type GroupVerdict, judgeGroups } from "./group-verdict.ts";

/** What came of one turn of a job. */
export interface Turn {
  readonly design: string;
  /** Nodes that begin now: the caller starts their work. */
  readonly admitted: readonly string[];
  /** Whether anything was written. */
  readonly wrote: boolean;
  /** Whether another turn would find more to do at once. */
  readonly more: boolean;
  /** Whether nodes wait that may begin once nodes of other jobs have ended. */
  readonly waits: boolean;
}

const NOTHING: Turn = { design: "", admitted: [], wrote: false, more: false, waits: false };
const MOST_GROUPS = 1_000;
const ENDED_PER_TURN = 500;
const SAID_PER_TURN = 500;
const IDLE = ["WAITING", "GATED"];

/**
 * Gives a job its turn: groups begin and end, nodes that never will begin are ended, and up to `most` nodes begin, as far as the job's policy and those at work
 * in all jobs allow. One process at a time does so, in one transaction.
 */
export function admit(db: Db, jobId: string, most: number): Promise<Turn> {
  return withTransaction(db, async (tx) => {
    if (!(await lockAdmission(tx))) return { ...NOTHING, more: true };
    const job = await readJob(tx, jobId);
    if (job === undefined || isFinal(job.state)) return NOTHING;
    const [rows, counts] = [await listJobGroups(tx, jobId, 0, MOST_GROUPS), await countByGroup(tx, jobId)];
    const verdicts = judgeGroups(
      rows.map(({ name, depends_on: dependsOn, failure, state }) => ({
        name,
        dependsOn,
        failure: fromJson(FailurePolicySchema, failure),
        state,
        counts: counts.get(name) ?? {},
      })),
    );
    const known = new Map(rows.map((row) => [row.name, row]));
    const changes: Change[] = verdicts
      // Until the site is ready no group begins.
      .filter(({ state }) => job.released || state !== "RUNNING")
      .filter(({ name, state, message }) => known.get(name)?.state !== state || known.get(name)?.message !== message)
      .map(({ name, state, message }) => ({ group: { jobId, group: name, state, message } }));
    const ended = await endIdle(
      tx,
      job,
      verdicts,
      [...counts.values()].some(({ GATED = 0 }) => GATED > 0),
    );
    const open = verdicts.filter(({ open }) => open).map(({ name }) => name);
    const held = job.cancel_reason !== null || job.paused || !job.released;
    const running = [...counts.values()].reduce((sum, { RUNNING = 0 }) => sum + RUNNING, 0);
    const admitted = held || open.length === 0 ? [] : await choose(tx, job, open, running, most);
    const begins = admitted.map(
      (node): Change => ({ node: { jobId, node, state: "RUNNING", message: "", begins: true } }),
    );
    const others = held ? [] : await nodesOfOthers(tx, job, SAID_PER_TURN);
    const waits = others.map(
      ({ node, holder }): Change => ({ node: { jobId, node, message: `waits for job ${holder}, which works on it` } }),
    );
    const all = [...changes, ...ended, ...begins, ...waits];
    const idle = [...counts.values()].reduce((sum, { WAITING = 0 }) => sum + WAITING, 0) - admitted.length;
    const turn = { ...NOTHING, design: job.design, waits: !held && open.length > 0 && idle > 0 };
    if (all.length === 0) return turn;
    await writeChangesIn(tx, job.design, all);
    const more = ended.length > 0 || changes.length > 0 || (most > 0 && admitted.length === most);
    return { ...turn, admitted, wrote: true, more };
  });
}

async function choose(
  tx: Db,
  job: JobRow,
  open: readonly string[],
  running: number,
  most: number,
): Promise<readonly string[]> {
  const policy = storedJobPolicy(job.policy);
  const room = Math.min(most, (policy.nodesAtOnce ?? most) - running);
  if (room <= 0) return [];
  const bounds: Bounds = {
    ...(policy.nodesPerRack !== undefined && { rack: policy.nodesPerRack }),
    ...(policy.nodesPerDriver !== undefined && { driver: policy.nodesPerDriver }),
    ...(policy.nodesPerBmc !== undefined && { bmc: policy.nodesPerBmc }),
  };
  const atWork: Partial<Record<Scope, ReadonlyMap<string, number>>> = {};
  for (const scope of Object.keys(bounds) as Scope[]) atWork[scope] = await nodesAtWork(tx, scope, job.design);
  const waiting = await nextNodes(tx, job, open, fullPlaces(bounds, atWork as AtWork), room * 2);
  return chooseNodes(waiting, room, bounds, atWork).map(({ node }) => node);
}

/** Ends nodes that never will begin: those of a canceled job, those of groups that were stopped, and those nobody consented to in time. */
async function endIdle(
  tx: Db,
  job: JobRow,
  verdicts: readonly GroupVerdict[],
  gated: boolean,
): Promise<readonly Change[]> {
  const groups = verdicts.map(({ name }) => name);
  if (job.cancel_reason !== null) {
    const why = "the job was canceled before this was tried";
    return endNodes(job.id, await idleNodes(tx, job.id, groups, IDLE, ENDED_PER_TURN), "CANCELED", () => why);
  }
  const stopped = new Map(verdicts.flatMap(({ name, stopped: why }) => (why === undefined ? [] : [[name, why]])));
  if (stopped.size > 0) {
    const nodes = await idleNodes(tx, job.id, [...stopped.keys()], IDLE, ENDED_PER_TURN);
    if (nodes.length > 0) return endNodes(job.id, nodes, "BLOCKED", (group) => `not tried: ${stopped.get(group)}`);
  }
  if (!gated || !(await planExpired(tx, job.plan_id))) return [];
  const why = "not tried: nobody consented to the destruction of its data before the plan expired";
  return endNodes(job.id, await idleNodes(tx, job.id, groups, ["GATED"], ENDED_PER_TURN), "BLOCKED", () => why);
}

function endNodes(
  jobId: string,
  nodes: Awaited<ReturnType<typeof idleNodes>>,
  state: "CANCELED" | "BLOCKED",
  why: (group: string) => string,
): readonly Change[] {
  return nodes.flatMap(({ node, group, tasks }) => {
    const end = { state, message: why(group), ends: true };
    return [
      ...tasks.map((sequence): Change => ({ task: { jobId, sequence, ...end } })),
      { node: { jobId, node, ...end } },
    ];
  });
}
