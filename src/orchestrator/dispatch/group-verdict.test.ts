import { create } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { type FailurePolicy, FailurePolicySchema } from "../../../gen/bedplate/type/v1/job_policy_pb.js";
import { fc } from "../../../test/support/property.ts";
import { type GroupState, judgeGroups, requiredNodes } from "./group-verdict.ts";

const policy = (fields: Partial<FailurePolicy> = {}): FailurePolicy => create(FailurePolicySchema, fields);

function group(name: string, counts: GroupState["counts"], more: Partial<GroupState> = {}): GroupState {
  return { name, dependsOn: [], failure: policy(), state: "WAITING", counts, ...more };
}

const words = (groups: readonly GroupState[]): readonly string[] =>
  judgeGroups(groups).map(
    ({ name, state, open, stopped }) =>
      `${name} ${state}${open ? " open" : ""}${stopped === undefined ? "" : " stopped"}`,
  );

describe("groups of a job", () => {
  it("begin when those before them have succeeded, however they are ordered", () => {
    const after = group("b", { WAITING: 2 }, { dependsOn: ["a"] });
    expect(words([after, group("a", { RUNNING: 1 })])).toEqual(["b WAITING", "a RUNNING open"]);
    expect(words([after, group("a", { SUCCEEDED: 1, SKIPPED: 1 })])).toEqual(["b RUNNING open", "a SUCCEEDED"]);
    expect(words([after, group("a", { SUCCEEDED: 1, FAILED: 1 })])).toEqual(["b WAITING stopped", "a FAILED"]);
    const gone = group("b", { BLOCKED: 2 }, { dependsOn: ["a"] });
    expect(words([gone, group("a", { FAILED: 1 })])).toEqual(["b BLOCKED stopped", "a FAILED"]);
    expect(words([group("c", { WAITING: 1 }, { dependsOn: ["b"] }), gone, group("a", { FAILED: 1 })])[0]).toBe(
      "c WAITING stopped",
    );
  });

  it("go on after a failure, or stop, as their policy says", () => {
    const counts = { FAILED: 1, RUNNING: 1, WAITING: 8 };
    expect(words([group("a", counts)])).toEqual(["a RUNNING open"]);
    expect(words([group("a", counts, { failure: policy({ onFailure: "stop" }) })])).toEqual(["a RUNNING stopped"]);
    expect(words([group("a", counts, { failure: policy({ requirePercent: 90 }) })])).toEqual(["a RUNNING open"]);
    expect(words([group("a", counts, { failure: policy({ requirePercent: 91 }) })])).toEqual(["a RUNNING stopped"]);
    expect(words([group("a", counts, { failure: policy({ requireNodes: 10 }) })])).toEqual(["a RUNNING stopped"]);
  });

  it("succeed with as many nodes as are required: all of them when nothing is said", () => {
    const counts = { SUCCEEDED: 8, FAILED: 2 };
    expect(words([group("a", counts)])).toEqual(["a FAILED"]);
    expect(words([group("a", counts, { failure: policy({ requirePercent: 75 }) })])).toEqual(["a SUCCEEDED"]);
    expect(words([group("a", counts, { failure: policy({ requireNodes: 9 }) })])).toEqual(["a FAILED"]);
    expect(words([group("a", counts, { failure: policy({ requireNodes: 0 }) })])).toEqual(["a SUCCEEDED"]);
  });

  it("that wait for each other are stopped, and what has ended stays so", () => {
    const circle = [group("a", { WAITING: 1 }, { dependsOn: ["b"] }), group("b", { WAITING: 1 }, { dependsOn: ["a"] })];
    expect(words(circle)).toEqual(["a WAITING", "b WAITING stopped"]);
    const later = circle.map((each) =>
      each.name === "b" ? { ...each, state: "BLOCKED", counts: { BLOCKED: 1 } } : each,
    );
    expect(words(later)).toEqual(["a WAITING stopped", "b BLOCKED"]);
    expect(words([group("a", { SUCCEEDED: 1 }, { state: "FAILED" })])).toEqual(["a FAILED"]);
  });

  const count = fc.nat({ max: 20 });
  const counts = fc.record({
    WAITING: count,
    RUNNING: count,
    SUCCEEDED: count,
    SKIPPED: count,
    FAILED: count,
    BLOCKED: count,
  });
  const failure = fc
    .record({
      onFailure: fc.constantFrom("continue", "stop"),
      requireNodes: fc.option(count, { nil: undefined }),
      requirePercent: fc.option(fc.nat({ max: 100 }), { nil: undefined }),
    })
    .map(({ onFailure, requireNodes, requirePercent }) =>
      policy({
        onFailure,
        ...(requireNodes !== undefined && { requireNodes }),
        ...(requirePercent !== undefined && { requirePercent }),
      }),
    );

  it("end exactly when no node waits or works, and never require more nodes than there are", () => {
    fc.assert(
      fc.property(counts, failure, (seen, rule) => {
        const [verdict] = judgeGroups([group("a", seen, { failure: rule })]);
        const left = seen.WAITING + seen.RUNNING;
        expect(verdict?.state === "RUNNING").toBe(left > 0);
        // Nobody begins in a group that is stopped or has ended.
        if (verdict?.open) expect([verdict.stopped, left > 0]).toEqual([undefined, true]);
        const total = Object.values(seen).reduce((sum, each) => sum + each, 0);
        expect(requiredNodes(rule, total)).toBeLessThanOrEqual(total);
      }),
    );
  });

  it("need no fewer nodes when more is required", () => {
    fc.assert(
      fc.property(fc.nat({ max: 500 }), fc.nat({ max: 100 }), fc.nat({ max: 100 }), (total, one, other) => {
        const need = (requirePercent: number): number => requiredNodes(policy({ requirePercent }), total);
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        expect(need(less)).toBeLessThanOrEqual(need(more));
        expect(need(100)).toBe(total);
      }),
    );
  });
});
