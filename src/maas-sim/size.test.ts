import { expect, test } from "vitest";
import { fc } from "../../test/support/property.ts";
import { BLOCK, parseSize, roundDown } from "./size.ts";

test.each([
  ["100000000000", 100_000_000_000],
  ["10g", 10_000_000_000],
  ["1.5T", 1_500_000_000_000],
  ["512M", 512_000_000],
  ["1GB", 1_000_000_000],
])("%s is %i bytes", (source, bytes) => {
  expect(parseSize(source)).toBe(bytes);
});

test.each(["", "-1", "10x", "50%", "ten", "999999P"])("%j is no size", (source) => {
  expect(parseSize(source)).toBeUndefined();
});

test("sizes round down to 4 MiB", () => {
  expect(roundDown(100_000_000_000)).toBe(99_996_401_664);
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 50 }), (bytes) => {
      const rounded = roundDown(bytes);
      expect(rounded % BLOCK).toBe(0);
      expect(bytes - rounded).toBeGreaterThanOrEqual(0);
      expect(bytes - rounded).toBeLessThan(BLOCK);
    }),
  );
});
