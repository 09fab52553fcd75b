import { expect, test } from "vitest";
import { builtInKinds } from "./built-in-kinds.ts";
import { parseFieldPath } from "./field-path.ts";
import type { KindSchema } from "./kind-schema.ts";
import { followPath } from "./schema-path.ts";
import { setFields, UnchangeablePart } from "./set-fields.ts";
import type { TreeMap } from "./tree.ts";

function after(kind: string, base: TreeMap, from: TreeMap, ...paths: readonly string[]): TreeMap {
  const schema = builtInKinds().get(kind) as KindSchema;
  const targets = paths.map((path) => followPath(parseFieldPath(path), schema, base));
  return setFields(base, from, targets, schema);
}

const bond = { name: "bond0", device_link: "jumbo", slaves: ["a", "!b"] };
const base = {
  host_profile: "base",
  interfaces: [{ name: "pxe" }, bond, "!old"],
  metadata: { rack: "r1", tags: ["x"] },
};

test.each<[string, TreeMap, readonly string[], TreeMap]>([
  ["a field", { host_profile: "other", hostname: "no" }, ["host_profile"], { ...base, host_profile: "other" }],
  [
    "a field inside",
    { metadata: { rack: "r2" } },
    ["metadata.rack"],
    { ...base, metadata: { rack: "r2", tags: ["x"] } },
  ],
  ["a field that goes", {}, ["metadata.rack"], { ...base, metadata: { tags: ["x"] } }],
  ["a record of which nothing is left", {}, ["metadata.rack", "metadata.tags"], without("metadata")],
  [
    "a removal marker",
    { "!host_profile": null },
    ["host_profile"],
    { ...without("host_profile"), "!host_profile": null },
  ],
  [
    "a field of a member",
    { interfaces: [{ name: "bond0", device_link: "plain", networks: ["no"] }] },
    ['interfaces["bond0"].device_link'],
    { ...base, interfaces: [{ name: "pxe" }, { ...bond, device_link: "plain" }, "!old"] },
  ],
  [
    "a member that comes with the field",
    { interfaces: [{ name: "bond1", device_link: "plain" }] },
    ['interfaces["bond1"].device_link'],
    { ...base, interfaces: [...base.interfaces, { name: "bond1", device_link: "plain" }] },
  ],
  ["a member that goes", {}, ['interfaces["bond0"]'], { ...base, interfaces: [{ name: "pxe" }, "!old"] }],
  [
    "a member and its removal",
    { interfaces: ["!bond0", { name: "bond0" }] },
    ['interfaces["bond0"]'],
    { ...base, interfaces: [{ name: "pxe" }, "!bond0", { name: "bond0" }, "!old"] },
  ],
  ["a removal that goes", {}, ['interfaces["old"]'], { ...base, interfaces: [{ name: "pxe" }, bond] }],
  [
    "a text of a set",
    { interfaces: [{ name: "bond0", slaves: ["b", "c"] }] },
    ['interfaces["bond0"].slaves["b"]'],
    { ...base, interfaces: [{ name: "pxe" }, { ...bond, slaves: ["a", "b"] }, "!old"] },
  ],
  ["a field of a member that neither has", {}, ['interfaces["bond9"].device_link'], base],
])("sets %s and nothing else", (_, from, paths, expected) => {
  expect(after("Node", base, from, ...paths)).toEqual(expected);
});

test("keys of maps are set one by one", () => {
  const labels = { a: "1", b: "2" };
  expect(after("Rack", { labels }, { labels: { b: "3", c: "4" } }, 'labels["b"]')).toEqual({
    labels: { a: "1", b: "3" },
  });
  expect(after("Rack", { labels }, { labels: { "!a": "" } }, 'labels["a"]')).toEqual({ labels: { b: "2", "!a": "" } });
});

test("names that every object has are names like any other", () => {
  const names = ["constructor", "__proto__", "toString"];
  const labels = Object.fromEntries([["a", "1"]]);
  for (const name of names) {
    expect(after("Rack", { labels }, {}, `labels["${name}"]`)).toEqual({ labels });
    expect(after("Rack", { labels }, { labels }, `labels["${name}"]`)).toEqual({ labels });
    const set = after("Rack", {}, { labels: Object.fromEntries([[name, "x"]]) }, `labels["${name}"]`);
    expect(Object.entries(set.labels ?? {})).toEqual([[name, "x"]]);
    expect(after("Rack", set, {}, `labels["${name}"]`)).toEqual({});
  }
});

test("of fields that exclude each other the one that is set stays", () => {
  const oob = { credential: { ref: "sealed:abc" } };
  expect(after("Node", { oob }, { oob: { credential: { literal: "x" } } }, "oob.credential.literal")).toEqual({
    oob: { credential: { literal: "x" } },
  });
});

test.each<[string, string, TreeMap, TreeMap, string]>([
  ["a list without a key", "Network", { routes: [{ subnet: "a" }] }, { routes: [] }, "routes[0].subnet"],
  ["a part of a removal", "Node", { metadata: "!" }, { metadata: { rack: "r" } }, "metadata.rack"],
  ["a part of what is no record", "Node", {}, { metadata: ["rack"] }, "metadata.rack"],
  ["a member of what is no list", "Node", { interfaces: { pxe: {} } }, {}, 'interfaces["pxe"]'],
])("refuses %s", (_, kind, before, from, path) => {
  expect(() => after(kind, before, from, path)).toThrow(UnchangeablePart);
});

function without(name: keyof typeof base): TreeMap {
  const { [name]: _, ...others } = base;
  return others;
}
