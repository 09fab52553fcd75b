import { describe, expect, it } from "vitest";
import { bytesTaken, bytesText, leastBytes, parseBytes, parseSizeExpression, type SizeExpression } from "./size.ts";

const GB = 10n ** 9n;
const [total, available] = [1000n * GB, 900n * GB];

function sized(text: string): SizeExpression {
  const size = parseSizeExpression(text);
  if (size === undefined) throw new Error(`${text} is no size`);
  return size;
}

describe("a size on a disk of 1000 GB with 900 GB available", () => {
  it.each([
    ["30g", 30n * GB],
    ["2gi", 2n * 2n ** 30n],
    ["1.5GB", 1500n * 10n ** 6n],
    ["512MiB", 512n * 2n ** 20n],
    ["50%", 500n * GB],
    ["0.5%", 5n * GB],
    [">100g", available - 4n * 2n ** 20n],
    ["> 900g", available - 4n * 2n ** 20n],
    ["90%", 900n * GB],
  ])("%s takes %d bytes", (text, bytes) => {
    expect(bytesTaken(sized(text), total, available)).toBe(bytes);
  });

  it.each([">950g", "99%", "901g", "1t"])("%s doesn't fit", (text) => {
    expect(bytesTaken(sized(text), total, available)).toBeUndefined();
  });
});

describe("a share", () => {
  it("is rounded down", () => expect(leastBytes(sized("33.333%"), 1000n)).toBe(333n));
});

describe("text that is no size", () => {
  it.each(["", "g", "30", "30x", "-5g", "-5%", "101%", "0g", "0%", "30g 5", "30gg", "1.1234567g", "30b", "5bb"])(
    "%j",
    (text) => {
      expect(parseSizeExpression(text)).toBeUndefined();
    },
  );
});

describe("bytes of hardware", () => {
  it.each([
    ["480g", 480n * GB],
    ["256gi", 256n * 2n ** 30n],
    ["256GiB", 256n * 2n ** 30n],
    ["480103981056", 480_103_981_056n],
    ["1.6t", 1600n * GB],
    ["640k", 640_000n],
  ])("%s", (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(["", "50%", ">50g", "big", "1e9"])("none in %j", (text) => expect(parseBytes(text)).toBeUndefined());
});

describe("bytes in words", () => {
  it.each([
    [480_103_981_056n, "480.1 GB"],
    [2n * 10n ** 12n, "2 TB"],
    [1500n * 10n ** 6n, "1.5 GB"],
    [999n, "999 bytes"],
  ])("%d", (bytes, text) => expect(bytesText(bytes)).toBe(text));
});
