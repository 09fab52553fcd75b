import { describe, expect, it } from "vitest";
import {
  compileSelector,
  everyNode,
  isEverything,
  possibleNames,
  type Selectable,
  type Selector,
  selectorDepth,
  selectorOfTree,
} from "./selector.ts";
import type { TreeMap } from "./tree.ts";

const node = (
  name: string,
  rack: string,
  tags: readonly string[],
  owner: TreeMap,
  ...profiles: string[]
): Selectable => ({
  name,
  tree: { metadata: { rack, tags, owner_data: owner } },
  hostProfiles: () => profiles,
});
const nodes = [
  node("a", "r1", ["gpu"], { colour: "yellow", type: "virtual" }, "worker", "base"),
  node("b", "r1", [], { colour: "blue", type: "physical" }, "base"),
  node("c", "r2", ["gpu", "fast"], { colour: "yellow", type: "physical" }, "worker", "base"),
];
const selected = (tree: TreeMap) => nodes.filter(compileSelector(selectorOfTree(tree))).map(({ name }) => name);

describe("a selector", () => {
  it.each<[string, TreeMap, string[]]>([
    ["without conditions", {}, ["a", "b", "c"]],
    ["by name", { names: ["a", "c", "x"] }, ["a", "c"]],
    ["by rack", { racks: ["r1"] }, ["a", "b"]],
    ["by any of several tags", { tags: ["fast", "gpu"] }, ["a", "c"]],
    ["by a profile further up", { host_profiles: ["base"] }, ["a", "b", "c"]],
    ["by every label", { labels: { colour: "yellow", type: "physical" } }, ["c"]],
    ["of different fields, which must all hold", { racks: ["r1"], tags: ["gpu"] }, ["a"]],
    ["of alternatives", { any_of: [{ names: ["b"] }, { tags: ["fast"] }] }, ["b", "c"]],
    ["of conditions", { all_of: [{ tags: ["gpu"] }, { racks: ["r2"] }] }, ["c"]],
    ["of both", { racks: ["r1"], any_of: [{ names: ["c"] }, { labels: { type: "virtual" } }] }, ["a"]],
    ["that nobody fits", { labels: { colour: "yellow", type: "none" } }, []],
    ["by a label called as something every object has", { labels: { constructor: "x" } }, []],
  ])("%s", (_, tree, names) => {
    expect(selected(tree)).toEqual(names);
  });

  it("knows whether it selects everything", () => {
    expect(isEverything(selectorOfTree(undefined))).toBe(true);
    expect(isEverything(selectorOfTree({ any_of: [{}] }))).toBe(false);
  });

  it("knows beyond which names it selects nothing", () => {
    const names = (tree: TreeMap) => possibleNames(selectorOfTree(tree));
    expect(names({ racks: ["r1"] })).toBeUndefined();
    expect(names({ any_of: [{ names: ["a"] }, { racks: ["r1"] }] })).toBeUndefined();
    expect(names({ any_of: [{ names: ["a"] }, { names: ["b"] }] })).toEqual(new Set(["a", "b"]));
    expect(names({ names: ["a", "b"], all_of: [{ names: ["b", "c"] }] })).toEqual(new Set(["b"]));
  });

  it("nests so deep and no deeper", () => {
    const nested = (depth: number): Selector =>
      depth === 1 ? everyNode : { ...everyNode, allOf: [nested(depth - 1)] };
    expect(selectorDepth(nested(16))).toBe(16);
    expect(nodes.filter(compileSelector(nested(16)))).toHaveLength(3);
    expect(nodes.filter(compileSelector(nested(17)))).toHaveLength(0);
  });
});
