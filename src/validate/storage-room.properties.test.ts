import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { bytesTaken, leastBytes, parseSizeExpression } from "../design/size.ts";
import type { TreeMap } from "../design/tree.ts";
import { storageParts } from "./storage-parts.ts";
import { overflows } from "./storage-room.ts";

const unit = fc.constantFrom("m", "g", "gb", "mi", "gib", "ti", "GB");
const plain = fc.tuple(fc.integer({ min: 1, max: 400 }), unit).map(([number, name]) => `${number}${name}`);
const share = fc.integer({ min: 1, max: 1000 }).map((tenths) => `${tenths / 10}%`);
const size = fc.oneof(
  plain,
  share,
  plain.map((text) => `>${text}`),
);
const total = fc.bigInt({ min: 10n ** 9n, max: 4n * 10n ** 12n });

const partsOf = (sizes: readonly string[]) => {
  const partitions = sizes.map((text, index) => ({ name: `p${index}`, size: text }));
  const tree: TreeMap = { storage: { physical_devices: [{ name: "disk", partitions }] } };
  return storageParts(tree) ?? { disks: [], groups: [], raids: [], areas: [] };
};

describe("storage arithmetic", () => {
  it("takes no more than there is, and as much as was asked for", () => {
    fc.assert(
      fc.property(size, total, fc.integer({ min: 0, max: 100 }), (text, whole, percent) => {
        const expression = parseSizeExpression(text);
        if (expression === undefined) throw new Error(`${text} is no size`);
        const available = (whole * BigInt(percent)) / 100n;
        const taken = bytesTaken(expression, whole, available);
        const least = leastBytes(expression, whole);
        if (taken === undefined) return least > available;
        if (!expression.isMinimum) return taken === least && taken <= available;
        return taken <= available && (taken >= least || available - taken <= 4n * 2n ** 20n);
      }),
    );
  });

  it("finds a disk too small exactly when the least sizes come to more than it has", () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 6 }), total, (sizes, whole) => {
        // Two that take what is left are another mistake.
        fc.pre(sizes.filter((text) => text.startsWith(">")).length < 2);
        const needed = sizes.reduce((sum, text) => {
          const expression = parseSizeExpression(text);
          return expression === undefined ? sum : sum + leastBytes(expression, whole);
        }, 0n);
        const found = overflows(partsOf(sizes), new Map([["disk", whole]]));
        expect(found.length > 0).toBe(needed > whole);
        for (const { available } of found) expect(available).toBeLessThanOrEqual(whole);
      }),
    );
  });

  it("says nothing of a disk nobody knows the size of", () => {
    fc.assert(
      fc.property(fc.array(size, { maxLength: 6 }), (sizes) => overflows(partsOf(sizes), new Map()).length === 0),
    );
  });
});
