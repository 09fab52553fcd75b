import { describe, expect, test } from "vitest";
import { allot, isOfSize, leastBytes, parseSize } from "./size.ts";

const GB = 10n ** 9n;
const disk = { total: 1000n * GB, available: 900n * GB };

function bytes(source: string, total = disk.total): bigint {
  return leastBytes(parseSize(source, "size"), total);
}

describe("a size", () => {
  test.each([
    ["30g", 30n * GB],
    ["30gb", 30n * GB],
    ["2gi", 2n * 2n ** 30n],
    ["2GiB", 2n * 2n ** 30n],
    ["512m", 512n * 10n ** 6n],
    ["1.5t", 1_500_000_000_000n],
    ["100 G", 100n * GB],
    ["4096", 4096n],
    ["50%", 500n * GB],
    ["33.3%", 333n * GB],
    ["> 100g", 100n * GB],
  ])("%s is that many bytes", (source, expected) => {
    expect(bytes(source)).toBe(expected);
  });

  test("is exact where floating point is not", () => {
    expect(bytes("0.1%", 9_007_199_254_740_993n)).toBe(9_007_199_254_740n);
    expect(bytes("9007199254740993b")).toBe(9_007_199_254_740_993n);
  });

  test.each(["", "g", "10x", "-5g", "10g20", "1e3g", "%", ">", "10gig"])("%j is refused with its place", (source) => {
    expect(() => parseSize(source, "spec.storage.root_size")).toThrow(`"${source}" is not a size`);
  });

  test("a share is of the whole, not of what is left", () => {
    expect(() => allot(parseSize("99%", ""), disk, "partition a", "n1")).toThrow(
      "partition a of machine n1 needs 99%, 990000000000 bytes, and 900000000000 bytes are left",
    );
  });

  test("a minimum takes what is left, if it is enough", () => {
    expect(allot(parseSize(">100g", ""), disk, "p", "n1")).toBeUndefined();
    expect(() => allot(parseSize(">950g", ""), disk, "p", "n1")).toThrow("bytes are left");
  });

  test("all that is left is asked for as such, since MAAS's tables take some of it", () => {
    expect(allot(parseSize("900g", ""), disk, "p", "n1")).toBeUndefined();
    expect(allot(parseSize("899g", ""), disk, "p", "n1")).toBe(899n * GB);
  });

  test("what MAAS rounded down is of the size that was asked for", () => {
    expect(isOfSize(parseSize("100g", ""), 99_996_401_664n, disk.total)).toBe(true);
    expect(isOfSize(parseSize("100g", ""), 99_900_000_000n, disk.total)).toBe(false);
    expect(isOfSize(parseSize(">100g", ""), 500n * GB, disk.total)).toBe(true);
    expect(isOfSize(parseSize(">100g", ""), 50n * GB, disk.total)).toBe(false);
  });
});
