import { expect, test } from "vitest";
import { fc } from "../../test/support/property.ts";
import { canonicalJson } from "../design/canonical.ts";
import type { Tree } from "../design/tree.ts";
import { compileExpression } from "./cel-compile.ts";
import { celJson, celValue } from "./cel-values.ts";

function answerOf(text: string, value: Tree, most: number): string | undefined {
  const compiled = compileExpression(text, { variables: ["value"] });
  if (!("evaluate" in compiled)) throw new Error(compiled.message);
  const { answer } = compiled.evaluate({ value: celValue(value) });
  if (answer.type === "failed") throw new Error(answer.reason);
  return celJson(answer.value, most);
}

test("values come back from expressions as the JSON they were, or not at all when that is too long", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), fc.integer({ min: 0, max: 40 }), (json, most) => {
      const value = JSON.parse(JSON.stringify(json)) as Tree;
      const text = answerOf("value", value, 1_000_000);
      expect(canonicalJson(JSON.parse(text ?? "") as Tree)).toBe(canonicalJson(value));
      const bounded = answerOf("value", value, most);
      expect(bounded).toBe((text?.length ?? 0) <= most ? text : undefined);
    }),
  );
});

test("what JSON hasn't is text or a number, and the same value the same text", () => {
  const written = (text: string) => answerOf(text, null, 1000);
  expect(written("9007199254740993")).toBe("9007199254740993");
  expect(written("3u")).toBe("3");
  expect(written('b"abc"')).toBe('"YWJj"');
  expect(written('timestamp("2026-01-02T03:04:05Z")')).toBe('"2026-01-02T03:04:05Z"');
  expect(written('duration("90s")')).toBe('"90s"');
  expect(written("1.0/0.0")).toBe('"Infinity"');
  expect(written('{"b": 1, "a": [true]} == {"a": [true], "b": 1}')).toBe("true");
  expect(written('{"b": 1, "a": [true]}')).toBe('{"a":[true],"b":1}');
  expect(written("type(1)")).toBe('"int"');
});

test("values that hold each other many times over are not written out", () => {
  const wide = Array.from({ length: 60 }).reduce<string>((inner) => `[${inner}].map(x, [x,x,x,x])`, "1");
  expect(answerOf(wide, null, 1024)).toBeUndefined();
});
