import { describe, expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { checkDesign, findingTexts, markedFindings } from "../../../test/support/marked-design.ts";
import { readDesignFiles } from "../../consumers/read-design-files.ts";
import { evaluateDesign } from "../evaluate-design.ts";
import { suggestedLayer } from "../layer.ts";

const none = { itemRules: [], groupRules: [] };
const doc = (kind: string, name: string, spec: string, layer?: string) =>
  `---\napiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}${layer === undefined ? "" : `, layer: ${layer}`}}\nspec: ${spec}\n`;
const site = doc("Site", "s", "{}");

function check(files: Readonly<Record<string, string>>) {
  return checkDesign(files, none);
}

describe("layers that documents declare", () => {
  it("have the order their ranks give, whatever their names suggest", () => {
    const files = {
      "a.yaml":
        site +
        doc("Layer", "low", "{rank: 10}") +
        doc("Layer", "high", "{rank: 20}") +
        doc("Network", "n", "{mtu: 9000}", "low") +
        doc("Network", "n", "{mtu: 1500}", "high"),
    };
    const { evaluation, found } = check(files);
    expect(found).toEqual([]);
    expect(evaluation.items.get("Network/n")?.tree).toMatchObject({ mtu: 1500 });
    expect(evaluation.layers.map(({ name, rank }) => [name, rank])).toEqual([
      ["low", 10],
      ["high", 20],
      ["main", 400],
    ]);
    const reversed = check({ "a.yaml": files["a.yaml"].replace("rank: 20", "rank: 5") });
    expect(reversed.evaluation.items.get("Network/n")?.tree).toMatchObject({ mtu: 9000 });
  });

  it("have a role: formation data in one of role design is told", () => {
    const files = {
      "a.yaml": `${site}${doc("Layer", "base", "{role: design, rank: 1}")}${doc("Network", "n", "{vlan: 5} # <- formation-in-design (warning)", "base")}`,
    };
    expect(check(files).found).toEqual(markedFindings(files));
  });

  it("own what they say, and nothing else", () => {
    const files = {
      "site.yaml": `${site}${doc("Layer", "ipam", "{rank: 500, owns: [{kind: Network, fields: [vlan, cidr]}, {kind: Rack}]}")}`,
      "ipam/nets.yaml":
        doc("Network", "n", "{vlan: 5, mtu: 1500} # <- not-owner", "ipam") +
        doc("Rack", "r", "{location: {grid: a}}", "ipam"),
    };
    expect(check(files).found).toEqual(markedFindings(files));
  });

  it("of equal rank may not disagree, and both places are named", () => {
    const files = {
      "a.yaml": site + doc("Layer", "one", "{rank: 7}") + doc("Layer", "two", "{rank: 7}"),
      "one/n.yaml": doc("Network", "n", "{mtu: 1500, vlan: 5}", "one"),
      "two/n.yaml": doc("Network", "n", "{mtu: 9000, vlan: 5} # <- layer-conflict", "two"),
    };
    const { diagnostics, found } = check(files);
    expect(found).toEqual(markedFindings(files));
    const conflict = diagnostics.find(({ rule }) => rule === "layer-conflict");
    expect(conflict).toMatchObject({
      ...{ kind: "Network", name: "n", field: "mtu", location: { uri: "two/n.yaml", line: 5, column: 13 } },
      related: [{ location: { uri: "one/n.yaml", line: 5, column: 13 } }],
    });
  });

  it("never may reference secrets", () => {
    const { evaluation } = check({ "a.yaml": site + doc("Layer", "main", "{allow_secret_literals: yes, rank: 3}") });
    expect(evaluation.layers).toEqual([
      { name: "main", role: "any", rank: 3, owns: [], mayReferenceSecrets: false, allowSecretLiterals: true },
    ]);
  });

  it("may be declared in parts, in several layers", () => {
    const { evaluation, found } = check({
      "a.yaml":
        site +
        doc("Layer", "x", "{role: design, rank: 5, owns: [{kind: Rack}]}", "design") +
        doc("Layer", "x", "{rank: 6, owns: [{kind: Network, fields: [mtu]}]}", "formation"),
    });
    expect(found).toEqual([]);
    expect(evaluation.layers.find(({ name }) => name === "x")).toMatchObject({
      ...{ role: "design", rank: 6 },
      owns: [{ kind: "Rack" }, { kind: "Network", fields: ["mtu"] }],
    });
  });

  it.each([
    ["a name no layer can have", doc("Layer", "Base", "{rank: 5} # <- invalid-name")],
    ["a role that is none", doc("Layer", "base", "{role: formaton} # <- invalid-value")],
    ["a rank too high", doc("Layer", "base", "{rank: 100000} # <- invalid-value")],
    ["a kind to own with a slip", doc("Layer", "base", "{owns: [{kind: Nodes}]} # <- unknown-kind")],
    [
      "a field to own with a slip",
      doc(
        "Layer",
        "base",
        "{owns: [{kind: Node, fields: [boot_mc, 'oob.account', ' x']}]} # <- unknown-field, unknown-field",
      ),
    ],
    ["a field with a slip", doc("Layer", "base", "{own: []} # <- unknown-field")],
  ])("are checked: %s", (_, text) => {
    const files = { "a.yaml": site + text };
    expect(check(files).found).toEqual(markedFindings(files));
  });

  it.each([
    ["a kind with a slip", "{rank: 500, owns: [{kind: Nodes}]} # <- unknown-kind"],
    ["a field with a slip", "{rank: 500, owns: [{kind: Rack, fields: [locaton]}]} # <- unknown-field"],
    ["a kind alone", "{rank: 500, owns: [Rack]} # <- wrong-type"],
    ["fields of another sort", "{rank: 500, owns: [{kind: Rack, fields: location}]} # <- wrong-type"],
  ])("own everything where what they own is %s, so that nothing follows from it", (_, spec) => {
    const files = { "a.yaml": site + doc("Layer", "ipam", spec) + doc("Rack", "r", "{location: {grid: a}}", "ipam") };
    expect(check(files).found).toEqual(markedFindings(files));
  });

  it("may own a custom kind that the design declares", () => {
    const kind = doc(
      "CustomKind",
      "Firewall.acme.example",
      "{json_schema: {type: object, properties: {a: {type: string}}}}",
    );
    expect(
      check({ "a.yaml": site + kind + doc("Layer", "fw", "{owns: [{kind: Firewall.acme.example}]}") }).found,
    ).toEqual([]);
  });

  it("are told where a document stands in one whose name only looks like theirs", () => {
    const mark = (text: string) =>
      text.replace("apiVersion: bedplate/v1", "apiVersion: bedplate/v1 # <- undeclared-layer (warning)");
    const files = {
      "a.yaml":
        site +
        doc("Layer", "ipam-east", "{rank: 5}") +
        mark(doc("Rack", "a", "{}", "formaton")).replace("---\n", "---\n") +
        doc("Rack", "b", "{}", "formaton") +
        mark(doc("Rack", "c", "{}", "ipam-eats")) +
        doc("Rack", "d", "{}", "weather"),
    };
    const texts = markedFindings(files);
    expect(texts).toHaveLength(2);
    expect(check(files).found).toEqual(texts);
  });

  it("stand behind those that are set otherwise, and that is told", () => {
    const text = site + doc("Layer", "main", "{rank: 5, role: design}") + doc("Network", "n", "{mtu: 1500}");
    const { documents } = readDesignFiles([{ uri: "a.yaml", text }]);
    const input = documents.map((document) => ({ layer: "main", document }));
    const evaluation = evaluateDesign({
      documents: input,
      layers: [{ ...suggestedLayer("main"), rank: 30, role: "any" }],
    });
    expect(evaluation.layers).toMatchObject([{ name: "main", rank: 30, role: "any" }]);
    expect(findingTexts(evaluation.diagnostics)).toEqual([
      "a.yaml:10 warning layer-set-otherwise",
      "a.yaml:10 warning layer-set-otherwise",
    ]);
    expect(evaluation.diagnostics.map(({ message }) => message).join()).toContain('as "any"');
    const same = evaluateDesign({ documents: input, layers: [{ ...suggestedLayer("main"), rank: 5, role: "design" }] });
    expect(findingTexts(same.diagnostics)).toEqual([]);
  });

  it("are none where none is declared", () => {
    const evaluation = evaluateDesign({
      documents: designDocuments("{kind: Network, name: n, spec: {mtu: 1500}}"),
      layers: [],
    });
    expect(evaluation.diagnostics.filter(({ rule }) => rule.includes("layer"))).toEqual([]);
  });
});
