import { expect, test } from "vitest";
import { StepKind } from "../../gen/bedplate/orchestrator/v1/plan_pb.js";
import { fc } from "../../test/support/property.ts";
import { estimatePlan } from "./estimate-plan.ts";

const site = (estimatedSeconds: number) => ({ kind: StepKind.PREPARE_SITE, subject: "lab", estimatedSeconds });
const step = (subject: string, estimatedSeconds: number) => ({ kind: StepKind.DEPLOY, subject, estimatedSeconds });
const steps = (times: readonly number[]) => times.map((seconds, index) => step(`n${index}`, seconds));
const times = fc.array(fc.nat(1000), { maxLength: 40 });
const places = fc.integer({ min: 1, max: 50 });

test("the site comes first, then nodes go side by side, each through its own steps", () => {
  const chain = [step("a", 5), step("a", 5), step("b", 4), step("c", 4)];
  expect(estimatePlan([site(60), ...chain], 3)).toBe(70);
  expect(estimatePlan([site(60), ...chain], 2)).toBe(70);
  expect(estimatePlan([site(60), ...chain], 1)).toBe(78);
});

test("nothing to do takes no time", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string()),
      places,
      (nodes, n) =>
        estimatePlan(
          nodes.map((node) => step(node, 0)),
          n,
        ) === 0,
    ),
  );
});

test("more to do never takes less time, and more places never more", () => {
  fc.assert(
    fc.property(times, places, fc.nat(40), fc.integer({ min: 1, max: 500 }), (list, n, at, more) => {
      const whole = estimatePlan(steps(list), n);
      const longer = list.map((seconds, index) => (index === at ? seconds + more : seconds));
      expect(estimatePlan(steps(longer), n)).toBeGreaterThanOrEqual(whole);
      expect(estimatePlan(steps([...list, more]), n)).toBeGreaterThanOrEqual(whole);
      expect(estimatePlan(steps(list), n + 1)).toBeLessThanOrEqual(whole);
    }),
  );
});

test("it lies between the longest node or its share of all work, and all work one after the other", () => {
  fc.assert(
    fc.property(times, places, (list, n) => {
      const sum = list.reduce((total, seconds) => total + seconds, 0);
      const whole = estimatePlan(steps(list), n);
      expect(whole).toBeGreaterThanOrEqual(Math.max(0, ...list));
      expect(whole * n).toBeGreaterThanOrEqual(sum);
      expect(whole).toBeLessThanOrEqual(sum);
    }),
  );
});
