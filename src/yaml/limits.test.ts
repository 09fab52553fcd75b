import { describe, expect, it } from "vitest";
import type { YamlLimits } from "./limits.ts";
import { nodeToPlain } from "./node-to-plain.ts";
import { readYaml } from "./read-yaml.ts";

function read(text: string, limits: Partial<YamlLimits> = {}) {
  const { documents, diagnostics } = readYaml({ uri: "f", text }, limits);
  return {
    places: diagnostics.map(({ rule, location }) => `${rule} ${location?.line}:${location?.column}`),
    messages: diagnostics.map(({ message }) => message),
    plain: documents.map(({ root }) => root && nodeToPlain(root).tree),
    complete: documents.map(({ complete }) => complete),
  };
}

const BOMB = [
  "a: &a [x,x,x,x,x,x,x,x,x]",
  ..."bcdefghij".split("").map((key, n) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghi"[n]}`).join(",")}]`),
].join("\n");

describe("limits", () => {
  it("refuse a bomb at the alias that goes too far, without building it", () => {
    expect(BOMB.length).toBeLessThan(400);
    const { places, plain, messages } = read(BOMB);
    expect(places).toEqual(["yaml-limit 7:14"]);
    expect(messages).toEqual(["found more than 2000000 values with aliases expanded, expected at most 2000000"]);
    expect(plain).toEqual([null]);
  });

  it("count values over the whole file and stop reading it there", () => {
    expect(read("[1, 2]\n---\n[1, 2]\n---\n# c\n[3]\n", { nodes: 6 })).toMatchObject({
      places: ["yaml-limit 6:1"],
      plain: [[1, 2], [1, 2], null],
      complete: [true, true, false],
    });
    expect(read("[1, 2]\n---\n[1, 2]\n", { nodes: 6 }).places).toEqual([]);
    expect(read("{a: 1, 'b': 2, &c c: 3}\n", { nodes: 4 }).places).toEqual([]);
  });

  it("count what merge keys bring in", () => {
    const text = "a: &a {x: 1, y: 2, z: 3}\nb: {<<: *a}\nc: {<<: *a}\n";
    expect(read(text, { nodes: 15 }).places).toEqual([]);
    expect(read(text, { nodes: 14 }).places).toEqual(["yaml-limit 3:9"]);
  });

  it("bound the bytes of a file, not its characters", () => {
    expect(read("a: éé\n", { bytes: 8 }).places).toEqual([]);
    expect(read("a: éé\n", { bytes: 7 })).toMatchObject({ places: ["yaml-limit 1:1"], plain: [] });
    expect(read("x".repeat(100), { bytes: 7 }).places).toEqual(["yaml-limit 1:1"]);
  });

  it("bound the documents of a file and keep those before", () => {
    expect(read("--- 1\n--- 2\n--- 3\n--- 4\n", { documents: 2 })).toMatchObject({
      places: ["yaml-limit 3:1"],
      plain: [1, 2],
    });
  });

  it("bound depth: as written, with aliases expanded, and of that document only", () => {
    expect(read("[[1]]", { depth: 3 }).places).toEqual([]);
    expect(read("a: 1\nb: [[1]]\n---\nc: 1\n", { depth: 3 })).toMatchObject({
      places: ["yaml-limit 2:6"],
      plain: [null, { c: 1 }],
    });
    expect(read("- &a [1]\n- &b [*a]\n- [*b]\n", { depth: 5 }).places).toEqual([]);
    expect(read("- &a [1]\n- &b [*a]\n- [*b]\n", { depth: 4 }).places).toEqual(["yaml-limit 3:4"]);
    for (const nested of ["[", "- ", "? ", "{a: "]) {
      expect(read(nested.repeat(100_000)).places.map((place) => place.split(":")[0])).toEqual(["yaml-limit 1"]);
    }
  });

  it("bound the aliases of a document", () => {
    expect(read("- &a 1\n- *a\n- *a\n", { aliases: 2 }).places).toEqual([]);
    expect(read("- &a 1\n- *a\n- *a\n- *a\n--- 2\n", { aliases: 2 })).toMatchObject({
      places: ["yaml-limit 4:3"],
      plain: [null, 2],
    });
  });

  it("bound the text that aliases stand for, over the whole file; without aliases the bytes of a file do", () => {
    const text = "- &a {long: texts}\n- &b [*a, *a]\n- *b\n--- &c xxxxxxxxx\n";
    expect(read(text, { expandedLength: 9 * 5 }).places).toEqual([]);
    expect(read(text, { expandedLength: 9 * 5 - 1 })).toMatchObject({
      places: ["yaml-limit 3:3"],
      messages: ["found more than 44 characters with aliases expanded, expected at most 44"],
      plain: [null],
    });
    expect(read("- &a x\n- *a\n---\n- &a x\n- *a\n", { expandedLength: 3 }).places).toEqual(["yaml-limit 5:3"]);
    expect(read(`[${"xxxxxxxxx,".repeat(9)}]`, { expandedLength: 5 }).places).toEqual([]);
    const large = `- &a ${"x".repeat(1_000_000)}\n${"- *a\n".repeat(40)}`;
    expect(read(large).places).toEqual(["yaml-limit 34:3"]);
  });

  it("bound keys and texts", () => {
    expect(read("abcd: 1\n", { keyLength: 4 }).places).toEqual([]);
    expect(read("x:\n  abcde: 1\n", { keyLength: 4 }).places).toEqual(["yaml-limit 2:3"]);
    expect(read("a: xxxx\n", { stringLength: 4 }).places).toEqual([]);
    expect(read("a: 1\nb: xxxxx\n", { stringLength: 4 }).places).toEqual(["yaml-limit 2:4"]);
  });

  it("bound the diagnostics, and say how many are not listed", () => {
    const { places, messages } = read("a: 1\n".repeat(10), { diagnostics: 3 });
    expect(places).toEqual([
      "yaml-duplicate-key 2:1",
      "yaml-duplicate-key 3:1",
      "yaml-duplicate-key 4:1",
      "yaml-limit 10:1",
    ]);
    expect(messages[3]).toBe("found 9 problems in this file, expected at most 3; 6 are not listed");
  });
});
