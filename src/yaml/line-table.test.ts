import { describe, expect, it } from "vitest";
import { lineTable } from "./line-table.ts";

describe("lineTable", () => {
  it("knows the lines of every kind of line break", () => {
    expect(lineTable("").starts).toEqual([0]);
    expect(lineTable("a\nb\r\nc\rd").starts).toEqual([0, 2, 5, 7]);
    expect(lineTable("a\n\n").starts).toEqual([0, 2, 3]);
    expect(lineTable("\ufeffa\nb").starts).toEqual([1, 3]);
  });

  it("gives the same places in any order of asking", () => {
    const text = "one\n😀 two\r\n\r\nth😀r😀ee\n".repeat(30);
    const offsets = Array.from({ length: text.length + 1 }, (_, offset) => offset);
    const forwards = offsets.map((offset) => lineTable(text).locate(offset));
    const table = lineTable(text);
    expect(offsets.map((offset) => table.locate(offset))).toEqual(forwards);
    expect(offsets.toReversed().map((offset) => table.locate(offset))).toEqual(forwards.toReversed());
    const shuffled = offsets.toSorted((a, b) => ((a * 7919) % 613) - ((b * 7919) % 613));
    expect(shuffled.map((offset) => table.locate(offset))).toEqual(shuffled.map((offset) => forwards[offset]));
  });

  it("counts a character outside the basic plane as one column", () => {
    const { locate } = lineTable("a😀b\n😀😀c");
    expect([locate(1), locate(3), locate(9)]).toEqual([
      { line: 1, column: 2 },
      { line: 1, column: 3 },
      { line: 2, column: 3 },
    ]);
  });
});
