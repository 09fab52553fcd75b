import { describe, expect, test } from "vitest";
import { fc } from "../../../../test/support/property.ts";
import { bytesTaken, isRounded, leastBytes, parseSize, requiredBytes, wholeBlocks } from "./size.ts";

const GB = 10n ** 9n;
const MIB = 2n ** 20n;
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
    ["3ti", 3n * 2n ** 40n],
    ["512m", 512n * 10n ** 6n],
    ["512mib", 512n * MIB],
    ["1.5t", 1_500_000_000_000n],
    ["100 G", 100n * GB],
    ["4096", 4096n],
    ["4096b", 4096n],
    ["50%", 500n * GB],
    ["33.3%", 333n * GB],
    ["> 100g", 100n * GB],
    [">50%", 500n * GB],
  ])("%s is that many bytes", (source, expected) => {
    expect(bytes(source)).toBe(expected);
  });

  test("is exact where floating point is not", () => {
    expect(bytes("0.1%", 9_007_199_254_740_993n)).toBe(9_007_199_254_740n);
    expect(bytes("9007199254740993b")).toBe(9_007_199_254_740_993n);
  });

  test.each(["", "g", "10x", "-5g", "10g20", "1e3g", "%", ">", "10gig", "10g or so", "10%b"])(
    "%j is refused with its place",
    (source) => {
      expect(() => parseSize(source, "spec.storage.root_size")).toThrow(`"${source}" is not a size`);
    },
  );

  test.each([
    ["30g", 30n * GB],
    ["2gi", 2n ** 31n],
    ["50%", 500n * GB],
    [">100g", 900n * GB - 4n * MIB],
    [">900g", 900n * GB - 4n * MIB],
    [">950g", undefined],
    ["99%", undefined],
    ["900g", 900n * GB],
    ["900000000001b", undefined],
  ])("%s of 1000 GB with 900 GB left takes what drydock's arithmetic says", (source, expected) => {
    expect(bytesTaken(parseSize(source, ""), disk)).toBe(expected);
  });

  test("that is not available is told with both sizes", () => {
    expect(() => requiredBytes(parseSize("99%", ""), disk, "partition a of disk sda", "n1")).toThrow(
      "partition a of disk sda of machine n1 needs 99%, 990000000000 bytes, and 900000000000 bytes are left",
    );
  });

  test("is compared with what MAAS rounded down", () => {
    expect(wholeBlocks(100n * GB)).toBe(99_996_401_664n);
    expect(isRounded(99_996_401_664n, 100n * GB, false)).toBe(true);
    expect(isRounded(99_900_000_000n, 100n * GB, false)).toBe(false);
    expect(isRounded(100n * GB - 12n * MIB, 100n * GB, true)).toBe(true);
  });
});

const units: readonly (readonly [string, bigint])[] = [
  ["b", 1n],
  ["m", 1_000_000n],
  ["mb", 1_000_000n],
  ["g", 1_000_000_000n],
  ["t", 1_000_000_000_000n],
  ["mi", 1_048_576n],
  ["gib", 1_073_741_824n],
  ["ti", 1_099_511_627_776n],
];

test("any size takes what a model of the arithmetic says, to the byte", () => {
  const size = fc.record({
    least: fc.boolean(),
    whole: fc.bigInt(0n, 999_999n),
    milli: fc.integer({ min: 0, max: 999 }),
    unit: fc.constantFrom(...units, ["%", 0n] as const),
  });
  fc.assert(
    fc.property(
      size,
      fc.bigInt(0n, 2n ** 62n),
      fc.bigInt(0n, 10_000n),
      ({ least, whole, milli, unit }, total, part) => {
        const [name, factor] = unit;
        const available = (total * part) / 10_000n;
        const source = `${least ? ">" : ""}${whole}.${String(milli).padStart(3, "0")}${name}`;
        const thousandths = whole * 1000n + BigInt(milli);
        const needed = name === "%" ? (total * thousandths) / 100_000n : (thousandths * factor) / 1000n;
        const rest = available < 4n * MIB ? 0n : available - 4n * MIB;
        const expected = needed > available ? undefined : least ? rest : needed;
        expect(bytesTaken(parseSize(source, ""), { total, available })).toBe(expected);
      },
    ),
  );
});
