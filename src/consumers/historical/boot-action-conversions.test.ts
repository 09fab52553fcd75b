import { describe, expect, it } from "vitest";
import { type Conversion, expectConversion } from "../../../test/support/historical-conversion.ts";
import { findingTexts, markedFindings } from "../../../test/support/marked-design.ts";
import { readDesignFiles } from "../read-design-files.ts";

const filter = (set: string, type = "union") => `node_filter: {filter_set_type: ${type}, filter_set: [${set}]}`;

const conversions: Readonly<Record<string, Omit<Conversion, "kind">>> = {
  "packages as data": {
    written:
      "assets:\n- type: pkg_list\n  data: {2ping: 3.2.1-1, vim: null, jq: 1.10}\n- {type: file, data: x, permissions: 0644}",
    read: {
      assets: [
        { type: "pkg_list", packages: { "2ping": "3.2.1-1", vim: "", jq: "1.10" } },
        { type: "file", data: "x", permissions: "0644" },
      ],
    },
    places: { "assets.0.packages": "7:9", "assets.0.packages.vim": "7:31" },
    notes: {
      'assets[0].packages["vim"]': "null, for any version, is an empty text",
      "assets[0].packages": "the data of a list of packages is packages",
    },
  },
  "data of another asset": {
    written: "assets: [{type: file, data: {a: b}}]",
    read: { assets: [{ type: "file", data: { a: "b" } }] },
  },
  "a filter of nothing": { written: "node_filter:", read: { nodes: null } },
  "one filter of several criteria that must all hold": {
    written: filter(
      "{filter_type: intersection, node_names: [a, b], node_tags: [t], rack_names: [r], node_labels: {x: y, z: w}}",
    ),
    read: { nodes: { names: ["a", "b"], tags: ["t"], racks: ["r"], labels: { x: "y", z: "w" } } },
    notes: { nodes: "node_filter is nodes" },
    places: { "nodes.names.0": "5:93", "nodes.labels.z": "5:156" },
  },
  "one filter of several criteria any of which will do": {
    written: filter("{filter_type: union, node_names: [a], node_labels: {x: y, z: w}, rack_names: []}"),
    read: { nodes: { any_of: [{ names: ["a"] }, { labels: { x: "y" } }, { labels: { z: "w" } }] } },
  },
  "one filter of one criterion": {
    written: filter("{filter_type: union, node_tags: [a, b]}"),
    read: { nodes: { tags: ["a", "b"] } },
  },
  "filters any of which will do": {
    written: filter(
      "{filter_type: union, node_names: [a]}, {filter_type: intersection, node_tags: [t], rack_names: [r]}",
    ),
    read: { nodes: { any_of: [{ names: ["a"] }, { tags: ["t"], racks: ["r"] }] } },
  },
  "filters that must all hold": {
    written: filter(
      "{filter_type: union, node_names: [a], node_tags: [t]}, {filter_type: union, rack_names: [r]}",
      "intersection",
    ),
    read: { nodes: { all_of: [{ any_of: [{ names: ["a"] }, { tags: ["t"] }] }, { racks: ["r"] }] } },
  },
  "filters without a type": {
    written: "node_filter: {filter_set: [{node_names: [a]}, {node_tags: [t]}]}",
    read: { nodes: { all_of: [{ names: ["a"] }, { tags: ["t"] }] } },
  },
  "a selector of today": { written: "nodes: {names: [a]}", read: { nodes: { names: ["a"] } }, notes: {} },
};

/** Boot actions; comments mark what is found in each. */
const mistakes: Readonly<Record<string, string>> = {
  "a filter that is a list": "node_filter: [] # <- wrong-type",
  "filters that are no list": "node_filter: {filter_set_type: union, filter_set: {}} # <- wrong-type",
  "a filter that is a name": "node_filter: {filter_set_type: union, filter_set: [n1]} # <- wrong-type",
  "no filters": "node_filter: {filter_set_type: union} # <- missing-field",
  "an empty list of filters": "node_filter: {filter_set_type: union, filter_set: []} # <- missing-field",
  "a filter without criteria":
    "node_filter: {filter_set_type: union, filter_set: [{filter_type: union, node_names: []}]} # <- missing-field",
  "slips in its words":
    "node_filter:\n  filter_set_typ: union # <- unknown-field\n  filter_set:\n  - filter_type: union\n    node_name: [a] # <- unknown-field\n    node_tags: [t]",
  "a type that is none":
    "node_filter:\n  filter_set_type: all # <- invalid-value\n  filter_set: [{filter_type: [union], node_tags: [t]}] # <- invalid-value",
  "labels of racks":
    "node_filter:\n  filter_set_type: union\n  filter_set:\n  - filter_type: union\n    node_tags: [t]\n    rack_labels: {a: b} # <- unsupported-filter",
};

describe("a boot action in earlier words", () => {
  it.each(Object.entries(conversions))("is read in words of today: %s", (_, conversion) =>
    expectConversion({ kind: "BootAction", ...conversion }),
  );

  it.each(Object.entries(mistakes))("is reported where its filter doesn't tell which nodes: %s", (_, spec) => {
    const head = "apiVersion: drydock/v1\nkind: BootAction\nmetadata: {name: x}\nspec:\n";
    const files = { "f.yaml": `${head}${spec.replaceAll(/^/gm, "  ")}\n` };
    const { diagnostics } = readDesignFiles([{ uri: "f.yaml", text: files["f.yaml"] }]);
    expect(findingTexts(diagnostics)).toEqual(markedFindings(files));
  });
});
