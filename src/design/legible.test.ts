import { describe, expect, it } from "vitest";
import type { Diagnostic } from "./diagnostic.ts";
import { legible } from "./legible.ts";

const sound: Diagnostic = { rule: "wrong-type", severity: "error", message: "found 1", hint: "write it", related: [] };

describe("a legible diagnostic", () => {
  it("is the diagnostic itself where there is nothing to mend", () => {
    expect(legible(sound)).toBe(sound);
  });

  it("has its texts within the bounds of the contract, and no half of a character", () => {
    const long = legible({ ...sound, message: `${"x".repeat(2046)}😀${"y".repeat(9)}`, kind: "k".repeat(300) });
    expect(long.message).toBe(`${"x".repeat(2046)}…`);
    expect(long.kind).toBe(`${"k".repeat(252)}…`);
  });

  it("names what is around a field whose path is too long", () => {
    const field = `interfaces["bond0"].networks["${"n".repeat(3000)}"]`;
    expect(legible({ ...sound, field }).field).toBe('interfaces["bond0"].networks');
    expect(legible({ ...sound, field: `${"a".repeat(3000)}` }).field).toBe("");
  });

  it("shows control characters of every text by their number", () => {
    const location = { uri: "a.yaml", line: 1, column: 1 };
    const related = [{ message: "a\u0007", location }];
    expect(legible({ ...sound, hint: "\u0085", name: "\u2028", field: '["\u0085"]', related })).toEqual({
      ...sound,
      ...{ hint: "\\u0085", name: "\\u2028", field: '["\\u0085"]' },
      related: [{ message: "a\\u0007", location }],
    });
  });
});
