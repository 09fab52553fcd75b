import { describe, expect, it } from "vitest";
import { checkDesign, findingTexts, markedFindings } from "../../../test/support/marked-design.ts";
import { readDesignFiles } from "../read-design-files.ts";
import { CONSUMER_RULES } from "../reading/rules.ts";

const version = "apiVersion: bedplate/v1\n";
const head = `${version}kind: Network\nmetadata: {name: a}\n`;

/** Documents of Bedplate's own form; comments mark what is found in each. */
const mistakes: Readonly<Record<string, string>> = {
  "a later version": "apiVersion: bedplate/v2 # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "a version with a slip": "apiVersion: bedplat/v1 # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "a version in other letters": "apiVersion: Bedplate/V1 # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "no version behind the name": "apiVersion: bedplate # <- unknown-version\nkind: Network\nmetadata: {name: a}",
  "a slip in the word apiVersion":
    "apiVersoin: bedplate/v1 # <- unknown-field\nkind: Network\nmetadata: {name: a}\nspec: {vlan: 5}",
  "slips in the other words of the envelope": `${version}kinds: Network # <- unknown-field\nmetadat: {name: a} # <- unknown-field\nspecs: {vlan: 5} # <- unknown-field`,
  "a slip in the word name": `${version}kind: Network\nmetadata: {nmae: a} # <- unknown-field`,
  "a slip in the word layer": `${version}kind: Network\nmetadata: {name: a, layr: formation} # <- unknown-field`,
  "fields that lost their indentation": `${head}spec:\nvlan: 5 # <- unknown-field`,
  "a name that lost its indentation": `${version}kind: Site\nmetadata: # <- missing-name\nname: s # <- unknown-field`,
  "a schema beside a version": `${head}schema: drydock/Network/v1 # <- unknown-field`,
  "a kind with a slip": `${version}kind: Nodes # <- unknown-kind\nmetadata: {name: a}`,
  "a kind of an earlier form": `${version}kind: Region # <- unknown-kind\nmetadata: {name: a}`,
  "a kind nobody knows": `${version}kind: Firewall # <- unknown-kind\nmetadata: {name: a}`,
  "a kind every object has": `${version}kind: constructor # <- unknown-kind\nmetadata: {name: a}`,
  "a custom kind nobody declares": `${version}kind: Firewall.acme.example # <- unknown-kind\nmetadata: {name: a}`,
  "a custom kind that is no name": `${version}kind: .acme. # <- invalid-name\nmetadata: {name: a}`,
  "no kind": `${version.trimEnd()} # <- missing-kind\nmetadata: {name: a}`,
  "a kind that is no text": `${version}kind: [Node] # <- missing-kind\nmetadata: {name: a}`,
  "no metadata": `${version.trimEnd()} # <- missing-name\nkind: Network`,
  "metadata of another sort": `${version}kind: Network\nmetadata: a # <- missing-name`,
  "a name that is none": `${version}kind: Network\nmetadata: {name: a b} # <- invalid-name`,
  "a layer that is no name": `${version}kind: Network\nmetadata:\n  name: a\n  layer: My Layer # <- invalid-name`,
  "a layer that is no text": `${version}kind: Network\nmetadata:\n  name: a\n  layer: [x] # <- invalid-name`,
  "a layer of nothing": `${version}kind: Network\nmetadata:\n  name: a\n  layer:`,
  "annotations of any sort": `${version}kind: Network\nmetadata:\n  name: a\n  annotations: {owner: x, seen: {at: 1}}`,
  "annotations that are none": `${version}kind: Network\nmetadata:\n  name: a\n  annotations: [x] # <- wrong-type`,
  "labels in the metadata": `${version}kind: Network\nmetadata:\n  name: a\n  labels: {x: y} # <- unknown-field`,
  "a spec that is a list": `${head}spec:\n- vlan: 5 # <- wrong-type`,
  "no spec": head,
  "names of earlier forms": `${head}spec:\n  vlan_id: 5 # <- unknown-field\n  routes:\n  - {subnet: 10.0.0.0/8, weight: 5} # <- unknown-field`,
  "a name in the spec": `${head}spec:\n  name: a # <- unknown-field`,
};

describe("Bedplate's own form", () => {
  it.each([
    ["name: ''", "found a Network whose name is empty"],
    ["name: [a]", "found a Network whose name is no text"],
    ["name:", "found a Network without a name"],
  ])("has names: %s is told as what it is", (written, message) => {
    const text = `${version}kind: Network\nmetadata: {${written}}\n`;
    expect(readDesignFiles([{ uri: "a.yaml", text }]).diagnostics.map((each) => each.message)).toEqual([message]);
  });

  it("takes data for the spec where there is none, as Deckhand's documents call it", () => {
    const { documents, diagnostics } = readDesignFiles([{ uri: "a.yaml", text: `${head}data: {vlan: 5}\n` }]);
    expect(documents.map(({ spec }) => ({ ...spec }))).toEqual([{ vlan: 5 }]);
    expect(diagnostics.map(({ rule, hint }) => [rule, hint])).toEqual([["unknown-field", "did you mean spec?"]]);
  });

  it("is read as written, every built-in kind by its own name, and no layer by a file's name", () => {
    const kinds = [
      ...["BootAction", "CustomKind", "HardwareProfile", "HostProfile", "Layer", "Network", "NetworkLink", "Node"],
      ...["Rack", "Rule", "Site", "Firewall.acme.example"],
    ];
    const text = kinds.map((kind) => `---\n${version}kind: ${kind}\nmetadata: {name: a}\nspec: {x: [1.10]}\n`).join("");
    const { documents, diagnostics } = readDesignFiles([{ uri: "bootstrap_seed.yaml", text }]);
    expect(diagnostics).toEqual([]);
    expect(documents.map(({ kind }) => kind)).toEqual(kinds);
    expect(documents[1]).toMatchObject({
      ...{ kind: "CustomKind", name: "a", part: "", complete: true, form: "bedplate-v1", conversions: [] },
      location: { uri: "bootstrap_seed.yaml", line: 7, column: 1 },
      spec: { x: ["1.10"] },
      source: { fields: { x: { line: 10, column: 11, items: [{ line: 10, column: 12 }] } } },
    });
  });

  it("belongs to the layer its metadata name", () => {
    const text = `${version}kind: Network\nmetadata: {name: a, layer: formation}\nspec: {vlan: 5}\n`;
    expect(readDesignFiles([{ uri: "a.yaml", text }]).documents).toMatchObject([{ part: "formation" }]);
  });

  it("stands beside documents of other forms", () => {
    const text = `${head}spec: {vlan: 5}\n---\napiVersion: v1\nkind: Network\nmetadata: {name: b}\nspec: {vlan_id: 6}\n---\n${head.replace("name: a", "name: c")}`;
    const { documents, diagnostics } = readDesignFiles([{ uri: "a.yaml", text }]);
    expect(diagnostics).toEqual([]);
    expect(documents.map(({ name, form }) => `${name} ${form}`)).toEqual(["a bedplate-v1", "b aic-b", "c bedplate-v1"]);
  });

  it.each(Object.entries(mistakes))("reports where it says too little, or what nobody can read: %s", (_, text) => {
    const files = { "a.yaml": text };
    const found = checkDesign(files).diagnostics.filter(({ rule }) => rule in CONSUMER_RULES);
    expect(findingTexts(found)).toEqual(markedFindings(files));
  });

  it("takes what a slip was meant to be, so that nothing follows from it", () => {
    const text = "apiVersion: bedplat/v1\nkinds: Nodes\nmetadat: {nam: w1, layr: formation}\nspecs: {boot_mac: x}\n";
    expect(readDesignFiles([{ uri: "a.yaml", text }]).documents).toMatchObject([
      { kind: "Node", name: "w1", part: "formation", spec: { boot_mac: "x" } },
    ]);
  });

  it("suggests the field whose name begins or ends as the one that is unknown", () => {
    const { diagnostics } = checkDesign({ "a.yaml": mistakes["names of earlier forms"] ?? "" });
    expect(diagnostics.find(({ rule }) => rule === "unknown-field")?.hint).toBe('did you mean "vlan"?');
  });

  it("takes what precedes an error in a document that breaks off", () => {
    const { documents } = readDesignFiles([{ uri: "a.yaml", text: `${head}spec:\n  vlan: 5\n  mtu: [` }]);
    expect(documents).toMatchObject([{ kind: "Network", name: "a", complete: false, spec: { vlan: 5 } }]);
    const early = readDesignFiles([{ uri: "a.yaml", text: `${version}kind: Network\nmetadata: {` }]);
    expect(early.documents).toEqual([]);
    expect(early.diagnostics.map(({ rule }) => rule)).toEqual(["yaml-syntax"]);
  });
});
