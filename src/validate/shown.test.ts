import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { shown } from "./shown.ts";

describe("a text in a message", () => {
  it("stands as it is when it is one short word", () => {
    for (const text of ["10.0.0.0/24", "nic1", "802.3ad"]) expect(shown(text)).toBe(text);
  });

  it("is quoted, cut and kept on one line otherwise", () => {
    expect(shown("a b")).toBe('"a b"');
    expect(shown("")).toBe('""');
    expect(shown("a\nb\u001b[31m")).toBe('"a\\nb\\u001b[31m"');
    expect(shown("\u009b\u202e")).toBe('"\\u009b\\u202e"');
    expect(shown("😀".repeat(100))).toBe(`"${"😀".repeat(64)}…"`);
  });

  it("never holds what a terminal would obey, and is never long", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(shown(text)).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
        expect(shown(text).length).toBeLessThan(500);
      }),
    );
  });
});
