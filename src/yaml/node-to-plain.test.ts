import { describe, expect, it } from "vitest";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

function root(text: string) {
  const found = readYaml({ uri: "f", text }).documents[0]?.root;
  if (found === null || found === undefined) throw new Error("no root");
  return found;
}

describe("nodeToPlain", () => {
  it("gives the value, and in its shape the place of each value and key", () => {
    const { tree, source } = nodeToPlain(root("a: 1\nb:\n- x\n- {c: true}\n"));
    expect(tree).toEqual({ a: 1, b: ["x", { c: true }] });
    expect(source).toEqual({
      line: 1,
      column: 1,
      fields: {
        a: { line: 1, column: 4, keyLine: 1, keyColumn: 1 },
        b: {
          line: 3,
          column: 1,
          keyLine: 2,
          keyColumn: 1,
          items: [
            { line: 3, column: 3 },
            { line: 4, column: 3, fields: { c: { line: 4, column: 7, keyLine: 4, keyColumn: 4 } } },
          ],
        },
      },
    });
  });

  it("makes records that inherit nothing, in which any key is ordinary", () => {
    const { tree, source } = nodeToPlain(root("__proto__: {x: 1}\nto: 2\n"));
    for (const record of [tree, source.fields]) {
      const prototype = Object.getPrototypeOf(record);
      expect([Reflect.ownKeys(prototype), Object.getPrototypeOf(prototype)]).toEqual([[], null]);
    }
    expect(JSON.stringify(tree)).toBe('{"__proto__":{"x":1},"to":2}');
    expect("toString" in (tree as object)).toBe(false);
  });

  it("copies aliases out, with the place of the anchor's text and of each key", () => {
    const { tree, source } = nodeToPlain(root("a: &x {p: 1}\nb: *x\n"));
    const { a, b } = tree as Record<string, object>;
    expect(b).toEqual(a);
    expect(b).not.toBe(a);
    expect(source.fields?.b).toMatchObject({ line: 1, column: 7, keyLine: 2, keyColumn: 1 });
  });

  it("lets the caller say what a scalar becomes", () => {
    const { tree } = nodeToPlain(root("a: 0644\nb: [1.10, yes, '7']\n"), (scalar) => scalar.text);
    expect(tree).toEqual({ a: "0644", b: ["1.10", "yes", "7"] });
  });
});
