import { describe, expect, it } from "vitest";
import { parseDataPath, showPath } from "./data-path.ts";

const read = (text: string) =>
  parseDataPath(text).steps?.map((step) => (step.type === "key" ? step.key : step.type === "index" ? step.index : "*"));

describe("a path into data", () => {
  it.each<readonly [string, readonly (string | number)[]]>([
    [".", []],
    ["$", []],
    [".a", ["a"]],
    ["a.b", ["a", "b"]],
    ["$.a.b", ["a", "b"]],
    [".a[0].b", ["a", 0, "b"]],
    [".a[ -1 ]", ["a", -1]],
    ["[2]", [2]],
    [".a[*].*", ["a", "*", "*"]],
    [".with-marks_1", ["with-marks_1"]],
    [".'beta.x/y'.z", ["beta.x/y", "z"]],
    ['."a b"', ["a b"]],
    [".a['b.c']", ["a", "b.c"]],
    [".'it\\'s'", ["it's"]],
    [".data.a", ["data", "a"]],
  ])("is read: %s", (text, steps) => {
    expect(read(text)).toEqual(steps);
    expect(read(showPath(parseDataPath(text).steps ?? []))).toEqual(steps);
  });

  it.each([
    "",
    ".a..b",
    ".a.",
    ".1a",
    ".a b",
    ".a/b",
    ".a[",
    ".a[x]",
    ".a[1:2]",
    ".a[?(@.b)]",
    "$a",
    ".a[10000]",
    `.${"a".repeat(3000)}`,
  ])("is none: %s", (text) => {
    const { message } = parseDataPath(text);
    expect(message).toMatch(/^found [^\n]+$/);
  });
});
