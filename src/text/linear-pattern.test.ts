import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { linearPattern, PatternError } from "./linear-pattern.ts";

const sources = [
  "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
  "^(?:[0-9]{1,3}\\.){3}[0-9]{1,3}$",
  "a|b|",
  "^(a*)*$",
  "(?:ab?)+?c",
  "\\bab\\b",
  "\\Bb",
  "^\\p{Lu}.[^\\]a-c]\\x41?$",
  "[^]",
  "^(?<year>[0-9]{4})-[0-9]{2}$",
  "^(|a){3}b$",
  "\\u{61}{2,}",
  "^$",
  "",
  "a{0}b",
];

describe("a pattern searched in linear time", () => {
  it("finds what the language's own engine finds", () => {
    const letters = fc.constantFrom("a", "b", "c", "A", "É", "1", "2", ".", "-", "]", " ", "\n", "😀");
    const text = fc.array(letters, { maxLength: 12 }).map((each) => each.join(""));
    fc.assert(
      fc.property(fc.constantFrom(...sources), text, (source, each) => {
        expect(linearPattern(source).test(each), `${source} on ${JSON.stringify(each)}`).toBe(
          new RegExp(source, "u").test(each),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it("does so for patterns put together at random", () => {
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        fc.constantFrom("a", "b", ".", "[ab]", "\\w", "^", "$", "\\b"),
        fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => a + b),
        fc.tuple(tie("pattern"), tie("pattern")).map(([a, b]) => `(?:${a}|${b})`),
        fc
          .tuple(tie("pattern"), fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "{2,}", "*?"))
          .map(([a, times]) => `(?:${a})${times}`),
      ),
    }));
    const text = fc.array(fc.constantFrom("a", "b", "c", " "), { maxLength: 6 }).map((each) => each.join(""));
    fc.assert(
      fc.property(pattern, text, (source, each) => {
        expect(linearPattern(source).test(each), `${source} on ${JSON.stringify(each)}`).toBe(
          new RegExp(source, "u").test(each),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("takes no longer for a pattern that would never end", () => {
    expect(linearPattern("^(a|a|aa)*$").test(`${"a".repeat(20_000)}b`)).toBe(false);
    expect(linearPattern("^(?:(?:a+)+)+$").test(`${"a".repeat(20_000)}b`)).toBe(false);
  });

  it.each([
    ["(", "unterminated group"],
    ["(?=a)", "looks around"],
    ["(?<!a)b", "looks around"],
    ["(a)\\1", "back references"],
    ["((a{1000}){1000}){1000}", "repeats too often"],
    ["(?:){999999999}", "repeats too often"],
    ["a".repeat(5000), "longer than"],
    ["(".repeat(200) + ")".repeat(200), "nested"],
  ])("refuses %s", (source, message) => {
    expect(() => linearPattern(source)).toThrow(PatternError);
    expect(() => linearPattern(source)).toThrow(message);
  });
});
