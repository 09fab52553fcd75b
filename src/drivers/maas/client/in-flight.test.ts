import { expect, test } from "vitest";
import { fc } from "../../../../test/support/property.ts";
import { createInFlight } from "./in-flight.ts";

const never = new AbortController().signal;

test("never more than each caller's limit are under way when it begins, and everyone has a turn in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 30 }), async (limits) => {
      const bound = createInFlight();
      const begun: number[] = [];
      await Promise.all(
        limits.map(async (limit, index) => {
          const leave = await bound.enter(limit, never);
          expect(bound.active).toBeLessThanOrEqual(4);
          begun.push(index);
          await new Promise((resolve) => setImmediate(resolve));
          leave();
          leave();
        }),
      );
      expect(begun).toEqual(limits.map((_, index) => index));
      expect(bound.active).toBe(0);
    }),
  );
});

test("a call that ends while it waits gives its place to the next", async () => {
  const bound = createInFlight();
  const leave = await bound.enter(1, never);
  const ending = new AbortController();
  const gone = bound.enter(1, ending.signal);
  const patient = bound.enter(2, never);
  ending.abort(new Error("the call has ended"));
  await expect(gone).rejects.toThrow("the call has ended");
  (await patient)();
  leave();
  expect(bound.active).toBe(0);
});
