import { describe, expect, it } from "vitest";
import { builtInKinds } from "./built-in-kinds.ts";
import { diffItems, diffTrees } from "./diff.ts";
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

  it("tell of declarations what no schema knows: removal markers, unknown fields, lists that are none", () => {
    expect(
      diff(
        { mtu: 9000, "!platform": null, interfaces: ["!bond0", { name: "pxe", networks: ["a"] }] },
        { mtu: "9000", interfaces: [{ name: "pxe", networks: "a" }, "!bond1"] },
      ),
    ).toEqual([
      { path: 'interfaces["!bond0"]', type: "removed", before: "!bond0" },
      { path: 'interfaces["pxe"].networks', type: "changed", before: ["a"], after: "a" },
      { path: 'interfaces["!bond1"]', type: "added", after: "!bond1" },
      { path: '["!platform"]', type: "removed", before: null },
      { path: "mtu", type: "changed", before: 9000, after: "9000" },
    ]);
    const twice = { interfaces: [{ name: "pxe" }, { name: "pxe", networks: ["a"] }] };
    const once = { interfaces: [{ name: "pxe" }] };
    expect(diff(twice, once)).toEqual([
      { path: "interfaces", type: "changed", before: twice.interfaces, after: once.interfaces },
    ]);
  });

  it("hide what may be a secret where no schema tells", () => {
    expect(diff({ oob: { credential: "hunter2" } }, { oob: { credential: "!" }, root_password: "hunter2" })).toEqual([
      { path: "oob.credential", type: "changed", before: "<secret>", after: "!" },
      { path: "root_password", type: "added", after: "<secret>" },
    ]);
    expect(diff({ more: { api_key: "a", size: 1 } }, { more: { api_key: "b", size: 1 } })).toEqual([
      {
        path: "more",
        type: "changed",
        before: { api_key: "<secret>", size: 1 },
        after: { api_key: "<secret>", size: 1 },
      },
    ]);
    expect(diffItems(kindOf("HostProfile"), undefined, { oob: { passwd: "x", credential: { literal: "y" } } })).toEqual(
      [{ path: "", type: "added", after: { oob: { passwd: "<secret>", credential: { literal: "<secret>" } } } }],
    );
  });

  it("don't take names that every object has for fields", () => {
    const tree = JSON.parse('{"constructor": "x", "toString": 1}') as TreeMap;
    expect(diff({}, tree)).toEqual([
      { path: "constructor", type: "added", after: "x" },
      { path: "toString", type: "added", after: 1 },
    ]);
  });
});
