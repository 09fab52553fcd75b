import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import type { YamlNode } from "./node.ts";
import { nodeToPlain } from "./node-to-plain.ts";
import { packSource, unpackSource } from "./packed-source.ts";
import { readYaml } from "./read-yaml.ts";

function root(text: string): YamlNode {
  const node = readYaml({ uri: "a.yaml", text }).documents[0]?.root;
  if (!node) throw new Error("no document");
  return node;
}

describe("a packed source map", () => {
  it("unpacks to what was packed, for any value that can be written", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.integer({ min: 1, max: 3 }), (value, firstLine) => {
        const { tree, source } = nodeToPlain(root(`${"\n".repeat(firstLine)}top: ${JSON.stringify(value)}\n`));
        const packed = packSource(tree, source, firstLine);
        expect(packed).toBeTypeOf("string");
        expect(unpackSource(tree, packed ?? "", firstLine)).toEqual(source);
      }),
    );
  });

  it("keeps keys that are numbers, and more parts than one call takes", () => {
    const members = Array.from({ length: 6000 }, (_, index) => `  ${6000 - index}: [x, {y: z}]\n`).join("");
    const { tree, source } = nodeToPlain(root(`a:\n${members}`));
    expect(unpackSource(tree, packSource(tree, source, 1) ?? "", 1)).toEqual(source);
  });

  it("isn't made where a place is in another file, too far away, or of another shape than the value", () => {
    const { tree, source } = nodeToPlain(root("a: [x]\n"));
    expect(packSource(tree, source, 1)).toBeDefined();
    expect(packSource(tree, source, 2)).toBeUndefined();
    expect(packSource(tree, { ...source, uri: "b.yaml" }, 1)).toBeUndefined();
    expect(packSource(tree, { ...source, line: 70_000 }, 1)).toBeUndefined();
    expect(packSource({ a: ["x", "y"] }, source, 1)).toBeUndefined();
    expect(packSource({ a: { b: 1 } }, source, 1)).toBeUndefined();
    expect(packSource({}, source, 1)).toBeUndefined();
    expect(packSource({ a: ["x"], b: 1 }, source, 1)).toBeUndefined();
  });
});
