import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { messageBatches } from "./message-batches.ts";

describe("batches of a message", () => {
  it("hold all members in their order, and no more than the bounds unless one alone is beyond them", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.integer({ min: 1, max: 5 }), fc.nat(30), (members, count, bytes) => {
        const batches = [...messageBatches(members, { count, bytes }, (member) => member)];
        expect(batches.flat()).toEqual(members);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(count);
          if (batch.length > 1) expect(batch.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(bytes);
        }
      }),
    );
  });

  it("are none of no members", () => {
    expect([...messageBatches([], { count: 1, bytes: 1 }, () => 1)]).toEqual([]);
  });
});
