import { expect, test } from "vitest";
import { overlap } from "./address.ts";

test.each([
  ["10.1.0.0/16", "10.1.2.0/24", true],
  ["10.1.2.0/24", "10.1.0.0/16", true],
  ["10.1.2.7/24", "10.1.2.128/25", true],
  ["10.1.2.0/24", "10.1.3.0/24", false],
  ["fd00::/64", "fd00::1:0/112", true],
  ["10.0.0.0/8", "fd00::/64", false],
  ["10.0.0.0/8", "", false],
])("whether %s and %s have an address in common: %s", (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected);
});
