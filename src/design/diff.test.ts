import { describe, expect, it } from "vitest";
import { builtInKinds } from "./built-in-kinds.ts";
import { diffTrees } from "./diff.ts";
import type { KindSchema } from "./kind-schema.ts";
import type { TreeMap } from "./tree.ts";

const kindOf = (kind: string) => builtInKinds().get(kind) as KindSchema;
const diff = (before: TreeMap, after: TreeMap) => diffTrees(kindOf("HostProfile"), before, after);

describe("differences of trees", () => {
  it("are none between equal trees, whatever the order of map keys", () => {
    const one = { metadata: { owner_data: { a: "1", b: "2" }, tags: ["x"] } };
    expect(diff(one, { metadata: { tags: ["x"], owner_data: { b: "2", a: "1" } } })).toEqual([]);
  });

  it("are told by canonical paths, in the order of the schema", () => {
    expect(
      diff(
        {
          metadata: { tags: ["a", "b"], owner_data: { x: "1" } },
          interfaces: [{ name: "bond0", device_link: "l", slaves: ["n1"] }, { name: "pxe" }],
          platform: { image: "jammy" },
        },
        {
          metadata: { tags: ["a", "c"], owner_data: { x: "2" } },
          interfaces: [
            { name: "bond0", device_link: "m", slaves: ["n1"] },
            { name: "new", networks: ["p"] },
          ],
          hardware_profile: "h",
        },
      ),
    ).toEqual([
      { path: "hardware_profile", type: "added", after: "h" },
      { path: 'interfaces["bond0"].device_link', type: "changed", before: "l", after: "m" },
      { path: 'interfaces["pxe"]', type: "removed", before: { name: "pxe" } },
      { path: 'interfaces["new"]', type: "added", after: { name: "new", networks: ["p"] } },
      { path: "platform", type: "removed", before: { image: "jammy" } },
      { path: 'metadata.tags["b"]', type: "removed", before: "b" },
      { path: 'metadata.tags["c"]', type: "added", after: "c" },
      { path: 'metadata.owner_data["x"]', type: "changed", before: "1", after: "2" },
    ]);
  });

  it("tell a new order of the same members as such", () => {
    expect(diff({ metadata: { tags: ["a", "b", "c"] } }, { metadata: { tags: ["c", "a"] } })).toEqual([
      { path: 'metadata.tags["b"]', type: "removed", before: "b" },
      { path: "metadata.tags", type: "order", before: ["a", "b", "c"], after: ["c", "a"] },
    ]);
  });

  it("compare lists without a key by index", () => {
    const ranges = (...types: string[]) => ({ ranges: types.map((type) => ({ type })) });
    expect(diffTrees(kindOf("Network"), ranges("static", "dhcp"), ranges("static", "reserved", "dhcp"))).toEqual([
      { path: "ranges[1].type", type: "changed", before: "dhcp", after: "reserved" },
      { path: "ranges[2]", type: "added", after: { type: "dhcp" } },
    ]);
  });

  it("show that a secret changed and not what it is", () => {
    const secret = (literal: string) => ({ oob: { credential: { literal } } });
    const changes = [...diff(secret("one"), secret("two")), ...diff({}, secret("one"))];
    expect(changes).toEqual([
      { path: "oob.credential.literal", type: "changed", before: "<secret>", after: "<secret>" },
      { path: "oob", type: "added", after: { credential: { literal: "<secret>" } } },
    ]);
  });
});
