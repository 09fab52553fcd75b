import { expect, test } from "vitest";
import { fc, seedOf } from "./property.ts";

test("property tests see the same examples in every run, unless another seed is asked for", () => {
  expect(seedOf(undefined)).toBe(seedOf(""));
  expect(seedOf("42")).toBe(42);
  expect(seedOf("-7")).toBe(-7);
  expect(seedOf("random")).toBeUndefined();
  expect(() => seedOf("4x")).toThrow(/whole number or "random"/);
  expect(fc.readConfigureGlobal().seed).toBe(seedOf(process.env.BEDPLATE_SEED));
});
