import { expect, it } from "vitest";
import { checkDesign } from "../../../test/support/marked-design.ts";
import { MOST_RANGES } from "../network-plan.ts";

/** Findings about ranges that all lie over each other, each on a line of its own from the seventh on. */
function overlapping(count: number): readonly string[] {
  const head = "apiVersion: bedplate/v1\nkind: Network\nmetadata: {name: n}\nspec:\n  cidr: 10.0.0.0/8\n  ranges:\n";
  const range = "  - {type: static, start: 10.0.0.1, end: 10.0.0.9}\n";
  return checkDesign({ f: head + range.repeat(count) }).found.filter((each) => each.includes("network-range"));
}

it("is checked for so many ranges of a network as can be held against each other, and says where it stopped", () => {
  expect(overlapping(MOST_RANGES)).toHaveLength(MOST_RANGES - 1);
  const found = overlapping(MOST_RANGES * 4);
  expect(found).toHaveLength(MOST_RANGES);
  expect(found.at(-1)).toBe(`f:${7 + MOST_RANGES} error network-range`);
});
