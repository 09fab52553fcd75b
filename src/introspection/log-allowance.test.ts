import { expect, test } from "vitest";
import { fc } from "../../test/support/property.ts";
import { createLogAllowance, type LogPolicy } from "./log-allowance.ts";

const policy: LogPolicy = { lines: 10, linesPerSecond: 2, bytes: 100, bytesPerSecond: 10, nodes: 3 };

test("a node sends as much at once as it may, and again when the time that it was told is over", () => {
  let now = 0;
  const { take } = createLogAllowance(policy, () => now);
  expect(take("a", { lines: 10, bytes: 50 })).toBe(0);
  expect(take("b", { lines: 10, bytes: 50 })).toBe(0);
  expect(take("a", { lines: 4, bytes: 0 })).toBe(2_000);
  expect(take("a", { lines: 1, bytes: 70 })).toBe(2_000);
  now += 2_000;
  expect(take("a", { lines: 4, bytes: 0 })).toBe(0);
  expect(take("a", { lines: 1, bytes: 0 })).toBe(500);
});

test("what is more than a node may ever send at once never fits", () => {
  const { take } = createLogAllowance(policy, () => 0);
  expect(take("a", { lines: 11, bytes: 0 })).toBe(Number.POSITIVE_INFINITY);
  expect(take("a", { lines: 1, bytes: 101 })).toBe(Number.POSITIVE_INFINITY);
});

test("however it is asked, a node never gets more than its rate, and what is refused fits after the delay", () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ lines: fc.integer({ min: 1, max: 10 }), bytes: fc.nat({ max: 100 }), after: fc.nat({ max: 900 }) }),
      ),
      (asked) => {
        let now = 0;
        let lines = 0;
        const { take } = createLogAllowance(policy, () => now);
        for (const { after, ...amount } of asked) {
          now += after;
          const delay = take("a", amount);
          if (delay > 0) {
            now += delay;
            expect(take("a", amount)).toBe(0);
          }
          lines += amount.lines;
          expect(lines).toBeLessThanOrEqual(policy.lines + (now / 1000) * policy.linesPerSecond + 1e-6);
        }
      },
    ),
  ));
