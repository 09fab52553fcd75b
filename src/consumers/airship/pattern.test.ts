import { describe, expect, it } from "vitest";
import { readPattern } from "./pattern.ts";

/** What a pattern finds in a text, with its groups. */
function found(pattern: string, text: string): readonly (string | undefined)[] | string | undefined {
  const read = readPattern(pattern);
  if (read.message !== undefined) return read.message;
  read.expression.lastIndex = 0;
  const match = read.expression.exec(text);
  return match === null ? undefined : [...match];
}

describe("a pattern as Python writes it", () => {
  it.each<readonly [string, string, readonly (string | undefined)[]]>([
    ["^(.*):(.*)$", "reg/app:1.2", ["reg/app:1.2", "reg/app", "1.2"]],
    ["(?P<name>[a-z]+)-(?P=name)", "ab-ab", ["ab-ab", "ab"]],
    ["\\Aab\\Z", "ab", ["ab"]],
    ["(?i)AB", "xab", ["ab"]],
    ["(?im)^b$", "a\nB", ["B"]],
    ["b$", "ab\n", ["b"]],
    ["[]a]+", "x]a]", ["]a]"]],
    ["[^]a]+", "]xy", ["xy"]],
    ["a(?#the first letter)b", "ab", ["ab"]],
    ["[$]{2}", "$$", ["$$"]],
    ["\\$\\d+", "$12", ["$12"]],
    ["(a)|(b)", "b", ["b", undefined, "b"]],
    ["(?:ab)+", "abab", ["abab"]],
    ["x{1,3}", "xx", ["xx"]],
    ["\\bDH_SUB\\b", "a DH_SUB b", ["DH_SUB"]],
  ])("is searched as there: %s", (pattern, text, groups) => {
    expect(found(pattern, text)).toEqual(groups);
  });

  it.each([
    ["", "empty"],
    ["(", "no regular"],
    ["(?P<a", "no regular"],
    ["a".repeat(1001), "1000 characters"],
  ])("is refused when it is none: %s", (pattern, reason) => {
    expect(found(pattern, "x")).toContain(reason);
  });

  it.each(["(a+)+$", "(a|aa)+$", "((a*))*", "(?:a+b?)+", "(a+){2,}", "(?:(?:a{9}){9}){9}", "(?P<x>a*)*"])(
    "is refused when it could be searched for ever: %s",
    (pattern) => {
      expect(found(pattern, "x")).toContain("bounded time");
    },
  );

  it("may search the shorter texts the more it repeats", () => {
    const bound = (pattern: string) => {
      const read = readPattern(pattern);
      return read.message === undefined ? read.bound : 0;
    };
    expect(bound("HOST")).toBe(1024 * 1024);
    expect(bound("^a*$")).toBe(1024 * 1024);
    expect(bound("(?:dev|test|prod)-HOST")).toBe(1024 * 1024);
    for (const endless of ["(?:a?a?a?)+b", "(?:a?){40}a{40}", "(a|b)".repeat(30), "a?".repeat(30)])
      expect(bound(endless)).toBe(0);
    expect(bound("a*?b")).toBe(bound("a*b"));
    expect(bound("a*b")).toBeGreaterThan(10_000);
    expect(bound("a*b*c")).toBeLessThan(bound("a*b"));
    expect(bound("a*b*c*d")).toBeGreaterThan(100);
  });
});
