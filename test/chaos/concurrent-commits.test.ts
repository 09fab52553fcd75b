import { expect, test } from "vitest";
import { commitConcurrently } from "./two-writers.ts";

test("of changes that two servers are asked for at the same time none is lost, and none that was refused is there", async () => {
  const verdict = await commitConcurrently({ seed: 5, callers: 3, attempts: 10 });
  expect(verdict.problems).toEqual([]);
  expect(verdict.unknown).toBe(0);
  // Ground included, everything that was tried was answered.
  expect(verdict.acknowledged + verdict.unchanged + verdict.refused).toBe(62);
  expect(verdict.revisions).toBe(verdict.acknowledged);
  // They did meet: otherwise this proves nothing.
  expect(verdict.refused).toBeGreaterThan(0);
  expect(verdict.acknowledged).toBeGreaterThan(10);
}, 600_000);
