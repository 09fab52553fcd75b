import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { FieldPathError, fieldPath, formatFieldPath, keyPath, type PathStep, parseFieldPath } from "./field-path.ts";

describe("field paths", () => {
  it("reads fields, keys and indexes", () => {
    expect(parseFieldPath('interfaces["bond0"].networks["mgmt"]')).toEqual([
      { type: "field", name: "interfaces" },
      { type: "key", key: "bond0" },
      { type: "field", name: "networks" },
      { type: "key", key: "mgmt" },
    ]);
    expect(parseFieldPath("ranges[0].start")).toEqual([
      { type: "field", name: "ranges" },
      { type: "index", index: 0 },
      { type: "field", name: "start" },
    ]);
  });

  it("writes what needs quoting as a key", () => {
    expect(fieldPath("platform", "kernel-params")).toBe('platform["kernel-params"]');
    expect(keyPath("kernel_params", "net.ifnames")).toBe('kernel_params["net.ifnames"]');
    expect(keyPath("labels", 'say "hi"\n')).toBe('labels["say \\"hi\\"\\n"]');
  });

  it.each([
    ["", 1, "a field name"],
    ["a.", 3, "a field name"],
    [".a", 1, "a field name"],
    ['["a"]', 1, "a field name"],
    ["a[b]", 3, "a key in double quotes or an index"],
    ["a[01]", 4, '"]"'],
    ['a["b', 3, "a key in double quotes or an index"],
    ['a["\\x"]', 3, "a JSON string"],
    ['a["b"]c', 7, '".", "[" or the end'],
    ["a b", 2, '".", "[" or the end'],
    ['a["😀"]!', 7, '".", "[" or the end'],
  ])("refuses %s at character %i", (text, position, expected) => {
    const error = thrownBy(() => parseFieldPath(text));
    expect(error).toBeInstanceOf(FieldPathError);
    expect(error).toMatchObject({ position, message: expect.stringContaining(`expected ${expected} at character`) });
  });

  it("refuses a path of more than 2048 characters", () => {
    expect(() => parseFieldPath(`a${".a".repeat(1024)}`)).toThrow(FieldPathError);
    expect(parseFieldPath(`aa${".a".repeat(1023)}`)).toHaveLength(1024);
  });

  it("reads back whatever it writes", () => {
    const step: fc.Arbitrary<PathStep> = fc.oneof(
      fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/).map((name) => ({ type: "field" as const, name })),
      fc.string({ unit: "binary", maxLength: 12 }).map((key) => ({ type: "key" as const, key })),
      fc.nat(100_000).map((index) => ({ type: "index" as const, index })),
    );
    const path = fc
      .tuple(fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/), fc.array(step, { maxLength: 6 }))
      .map(([name, rest]): readonly PathStep[] => [{ type: "field", name }, ...rest]);
    fc.assert(
      fc.property(path, (steps) => {
        expect(parseFieldPath(formatFieldPath(steps))).toEqual(steps);
      }),
    );
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("expected it to throw");
}
