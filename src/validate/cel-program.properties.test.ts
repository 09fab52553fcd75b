import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { CEL_LONGEST_EXPRESSION, CEL_MOST_STEPS } from "./cel-bounds.ts";
import { type CelProgram, compileCel } from "./cel-program.ts";
import { celValue } from "./cel-values.ts";

const spec = celValue({ mtu: 9000, tags: ["a", "b"], labels: { use: "storage" }, flag: true, list: [{ n: 1.5 }] });
const subject = { kind: "Node", name: "n1", spec, lookup: () => spec };

function answer(program: CelProgram) {
  const { outcome, steps } = program.run(subject);
  expect(["answered", "no-answer", "failed"]).toContain(outcome.type);
  if (outcome.type === "failed") expect(outcome.reason).toMatch(/^[^\n]{1,512}$/);
  expect(steps).toBeLessThanOrEqual(CEL_MOST_STEPS * 2);
  return outcome;
}

describe("compiling and running any text", () => {
  const atom = fc.constantFrom(
    "spec",
    "kind",
    "name",
    "1",
    "2u",
    "1.5",
    "'a'",
    "b'x'",
    "true",
    "null",
    "x",
    "[]",
    "{}",
    "int",
  );
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      atom,
      fc
        .tuple(tie("expression"), fc.constantFrom("mtu", "tags", "labels", "use", "size()", "n"))
        .map((each) => each.join(".")),
      fc
        .tuple(
          tie("expression"),
          fc.constantFrom("+", "-", "*", "/", "%", "==", "<", "&&", "||", " in "),
          tie("expression"),
        )
        .map(([a, by, b]) => `(${a} ${by} ${b})`),
      fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `${a}[${b}]`),
      fc
        .tuple(tie("expression"), fc.constantFrom("all", "exists", "exists_one", "filter", "map"), tie("expression"))
        .map(([a, macro, b]) => `${a}.${macro}(x, ${b})`),
      fc
        .tuple(tie("expression"), tie("expression"), tie("expression"))
        .map(([a, b, c]) => `(${a} ? [${b}] : {${c}: ${a}})`),
      tie("expression").map((each) => `lookup('Node', string(${each}))`),
    ),
  }));

  it("gives a program that comes to an end, or says why there is none", () => {
    const text = fc.oneof({ weight: 5, arbitrary: expression }, fc.string(), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(text, (each) => {
        const compiled = compileCel(each, undefined);
        if ("run" in compiled) answer(compiled);
        else {
          expect(compiled.message).toMatch(/^[^\n]{1,600}$/);
          if (compiled.line !== undefined) expect(compiled.line).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["(", "1", ")"],
    ["[", "1", "]"],
    ['{"a":', "1", "}"],
    ["spec", ".a", ""],
    ["1", "+1", ""],
    ["size(", "1", ")"],
    ["[1].all(x,", "true", ")"],
    ["!", "true", ""],
    ["(", "", ""],
    ["a?b:(", "1", ")"],
  ])("bounds the nesting of %s%s%s", (open, middle, close) => {
    const times = Math.floor(CEL_LONGEST_EXPRESSION / Math.max(1, open.length + middle.length + close.length));
    const nested = [open.repeat(times) + middle + close.repeat(times), open + middle.repeat(times) + close].map(
      (each) => each.slice(0, CEL_LONGEST_EXPRESSION),
    );
    for (const each of nested) {
      const compiled = compileCel(each, undefined);
      if ("run" in compiled) answer(compiled);
      else expect(compiled.message).not.toBe("");
    }
  });

  it("says of a chain too long that it is nested too deeply", () => {
    expect(compileCel(`spec${".a".repeat(300)}`, undefined)).toEqual({ message: "it is nested too deeply" });
    expect(compileCel(`spec${".a".repeat(200)}`, undefined)).toHaveProperty("run");
  });
});
