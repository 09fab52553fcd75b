import type { FailurePolicy } from "../../../gen/bedplate/type/v1/job_policy_pb.js";

/** How many nodes of a group are in each state, by the contract's enum values without prefix. */
export type NodeCounts = Readonly<Record<string, number>>;

/** A group of a job as it is now. */
export interface GroupState {
  readonly name: string;
  readonly dependsOn: readonly string[];
  readonly failure: FailurePolicy;
  readonly state: string;
  readonly counts: NodeCounts;
}

/** What becomes of a group. */
export interface GroupVerdict {
  readonly name: string;
  /** Its new state; the old one when nothing changes. */
  readonly state: string;
  readonly message: string;
  /** Why its nodes that have not begun never will, one line; undefined while they may. */
  readonly stopped: string | undefined;
  /** Whether its nodes may begin. */
  readonly open: boolean;
}

/** How many nodes of a group must succeed. */
export function requiredNodes({ requireNodes, requirePercent }: FailurePolicy, total: number): number {
  if (requireNodes === undefined && requirePercent === undefined) return total;
  const share = requirePercent === undefined ? 0 : Math.ceil((total * requirePercent) / 100);
  return Math.max(Math.min(requireNodes ?? 0, total), share);
}

/**
 * What becomes of the groups of a job, in one look: who may begin, who is stopped, who has ended. Looked at again after the world moved it says the same or
 * more. Groups that depend on each other in a circle never begin and are blocked.
 */
export function judgeGroups(groups: readonly GroupState[]): readonly GroupVerdict[] {
  const verdicts = new Map<string, GroupVerdict>();
  const byName = new Map(groups.map((group) => [group.name, group]));
  const judging = new Set<string>();
  const judge = (group: GroupState): GroupVerdict => {
    const known = verdicts.get(group.name);
    if (known !== undefined) return known;
    judging.add(group.name);
    const before = group.dependsOn.flatMap((name) => {
      const each = byName.get(name);
      return each === undefined || judging.has(name) ? [] : [judge(each)];
    });
    const circle = group.dependsOn.find((name) => judging.has(name) && byName.has(name));
    judging.delete(group.name);
    const verdict =
      circle === undefined || FINAL.has(group.state)
        ? judgeGroup(group, before)
        : blocked(group, `it and group ${circle} each wait for the other`);
    verdicts.set(group.name, verdict);
    return verdict;
  };
  return groups.map(judge);
}

const FINAL = new Set(["SUCCEEDED", "FAILED", "BLOCKED"]);

function judgeGroup(group: GroupState, before: readonly GroupVerdict[]): GroupVerdict {
  const { name, counts, failure, state } = group;
  if (FINAL.has(state)) return { name, state, message: "", stopped: undefined, open: false };
  const lost = before.find((each) => each.state === "FAILED" || each.state === "BLOCKED");
  const waitsFor = before.find((each) => each.state !== "SUCCEEDED");
  const begun = state === "RUNNING";
  if (!begun && lost !== undefined)
    return blocked(group, `group ${lost.name} before it ${lost.state === "FAILED" ? "failed" : "was blocked"}`);
  if (!begun && waitsFor !== undefined) {
    return { name, state: "WAITING", message: `waits for group ${waitsFor.name}`, stopped: undefined, open: false };
  }
  const count = (...states: string[]): number => states.reduce((sum, each) => sum + (counts[each] ?? 0), 0);
  const total = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const good = count("SUCCEEDED", "SKIPPED");
  const failed = count("FAILED");
  const idle = count("WAITING", "GATED");
  const required = requiredNodes(failure, total);
  const stated = failure.requireNodes !== undefined || failure.requirePercent !== undefined;
  const outOfReach = stated && total - count("FAILED", "BLOCKED", "CANCELED") < required;
  const stopped =
    failure.onFailure === "stop" && failed > 0
      ? `${failed === 1 ? "a node" : `${failed} nodes`} of its group failed, and the group stops then`
      : outOfReach
        ? `${required} of ${total} nodes of its group must succeed, and that is out of reach`
        : undefined;
  if (idle + count("RUNNING") > 0) return { name, state: "RUNNING", message: "", stopped, open: stopped === undefined };
  const done = good >= required;
  const message = `${good} of ${total} nodes succeeded${good === total && !stated ? "" : `, ${required} must`}`;
  return { name, state: done ? "SUCCEEDED" : "FAILED", message, stopped: undefined, open: false };
}

/** No node of it begins; it has ended once none is left that could. */
function blocked({ name, counts }: GroupState, why: string): GroupVerdict {
  const idle = (counts.WAITING ?? 0) + (counts.GATED ?? 0) > 0;
  return { name, state: idle ? "WAITING" : "BLOCKED", message: why, stopped: why, open: false };
}
