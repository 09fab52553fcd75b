import { expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import type { Tree } from "../../design/tree.ts";
import { compareOrderValues, compareTexts, isOrderValue, type OrderValue, orderValue } from "./order-value.ts";

const tree = fc.oneof(
  fc.constantFrom<Tree>(null, true, false, 0, 1, -1, 1.5, "", "a", "A", "\u{1F600}", "\uFFFD", [], {}, [1], { a: 1 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.jsonValue() as fc.Arbitrary<Tree>,
);
const value = fc.option(tree, { nil: undefined }).map(orderValue);

test("values of any types have one order, which tokens carry unchanged", () => {
  fc.assert(
    fc.property(value, value, value, fc.boolean(), (a, b, c, descending) => {
      const compare = (one: OrderValue, other: OrderValue) =>
        Math.sign(compareOrderValues(one, other, descending)) || 0;
      expect(compare(a, b) + compare(b, a)).toBe(0);
      expect(compare(a, a)).toBe(0);
      if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      if (a === null && b !== null) expect(compare(a, b)).toBe(1);
      const carried: unknown = JSON.parse(JSON.stringify(a));
      expect(isOrderValue(carried)).toBe(true);
      expect(compare(carried as OrderValue, a)).toBe(0);
    }),
    { numRuns: 2000 },
  );
});

test("texts come in the order of their code points, as the database has them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
      expect(Math.sign(compareTexts(one, other))).toBe(Buffer.compare(Buffer.from(one), Buffer.from(other)));
    }),
    { numRuns: 2000 },
  );
});

test("of a long text its first 128 characters count", () => {
  const long = "\u{1F600}".repeat(127);
  expect(compareOrderValues(orderValue(`${long}a`), orderValue(`${long}b`), false)).toBeLessThan(0);
  expect(compareOrderValues(orderValue(`${long}ab`), orderValue(`${long}aa`), false)).toBe(0);
});
