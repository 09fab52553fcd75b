import { describe, expect, it } from "vitest";
import { evaluateDesign } from "../../design/evaluate-design.ts";
import { readDesignFiles } from "../read-design-files.ts";

const head = (schema: string, name: string, layer: string, more = "") =>
  `schema: ${schema}\nmetadata:\n  schema: metadata/Document/v1\n  name: ${name}\n  storagePolicy: cleartext\n  layeringDefinition:\n    layer: ${layer}\n${more}`;
const files = [
  {
    uri: "policy.yaml",
    text: "schema: deckhand/LayeringPolicy/v1\nmetadata: {schema: metadata/Control/v1, name: p}\ndata: {layerOrder: [global, site]}\n",
  },
  {
    uri: "base.yaml",
    text: `${head("drydock/Network/v1", "base", "global", "    abstract: true\n  labels: {net: base}\n")}data:\n  vlan: many\n`,
  },
  { uri: "sizes.yaml", text: `${head("ex/Sizes/v1", "sizes", "site")}data:\n  mtu: large\n` },
  {
    uri: "site.yaml",
    text: `${head(
      "drydock/Network/v1",
      "n",
      "site",
      "    parentSelector: {net: base}\n    actions:\n    - {method: merge, path: .}\n  substitutions:\n  - src: {schema: ex/Sizes/v1, name: sizes, path: .mtu}\n    dest: {path: .mtu}\n",
    )}data:\n  cidr: 10.0.0.0/24\n`,
  },
];

describe("a finding about a value that came from another document", () => {
  it("stands where the value was written, and tells the way to the item", () => {
    const { documents, diagnostics } = readDesignFiles(files);
    const layered = documents.map((document) => ({ layer: "main", document }));
    const evaluation = evaluateDesign({ documents: layered, layers: [], diagnostics });
    const found = evaluation.diagnostics
      .filter(({ severity }) => severity === "error")
      .map(({ rule, name, field, location, related }) => ({
        about: `${location?.uri}:${location?.line} ${rule} ${name} ${field}`,
        way: related.map(({ message, location: at }) => `${at.uri}:${at.line} ${message}`),
      }));
    expect(found).toEqual([
      {
        about: "base.yaml:11 wrong-type n vlan",
        way: ["base.yaml:4 vlan of Network n: inherited from drydock/Network/v1 base in layer global"],
      },
      {
        about: "sizes.yaml:9 wrong-type n mtu",
        way: ["site.yaml:12 mtu of Network n: substituted from ex/Sizes/v1 sizes"],
      },
    ]);
  });
});
