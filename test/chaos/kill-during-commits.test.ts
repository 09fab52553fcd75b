import { expect, test } from "vitest";
import { killDuringCommits } from "./kill-during-commits.ts";

test("a server killed while it commits leaves every acknowledged revision whole, and no other half there", async () => {
  const verdict = await killDuringCommits({ seed: 11, kills: 4 });
  expect(verdict.problems).toEqual([]);
  expect(verdict.acknowledged).toBeGreaterThan(4);
  // Whoever is killed leaves something unanswered: at least one attempt was under way, or had not begun.
  expect(verdict.revisions).toBeGreaterThanOrEqual(verdict.acknowledged);
  expect(verdict.revisions).toBeLessThanOrEqual(verdict.acknowledged + verdict.unknown);
}, 600_000);
