import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../test/support/design-files.ts";
import { bedplate } from "../../test/support/offline-command.ts";
import { readDesignFiles } from "../consumers/read-design-files.ts";
import { evaluateDesign } from "../design/evaluate-design.ts";
import { hideSecrets } from "../design/hide-secrets.ts";
import { annotatedItem } from "./annotated-item.ts";

function evaluate(files: readonly { readonly uri: string; readonly text: string }[]) {
  const { documents, diagnostics } = readDesignFiles(files);
  const layered = documents.map((document) => ({ layer: document.part || "main", document }));
  return evaluateDesign({ documents: layered, layers: [], diagnostics });
}

const of = (kind: string, name: string, spec: string, layer = "") =>
  `apiVersion: bedplate/v1\nkind: ${kind}\nmetadata: {name: ${name}${layer && `, layer: ${layer}`}}\nspec: ${spec}\n---\n`;

const site = evaluate([
  {
    uri: "base.yaml",
    text: `${of("Site", "plant", "{domain: plant.example}")}${of("Network", "mgmt", "{cidr: 10.0.0.0/24, vlan: 5}")}${of(
      "HostProfile",
      "base",
      "{platform: {image: jammy, kernel: ga}, metadata: {tags: [a, b]}, oob: {type: ipmi, credential: {literal: hunter2}}}",
    )}`,
  },
  {
    uri: "nodes.yaml",
    text: `${of("Node", "n1", '{host_profile: base, metadata: {tags: ["!a", c]}, platform: {kernel: hwe}}')}${of(
      "Node",
      "n2",
      "{host_profile: base}",
      "design",
    )}${of("Node", "n2", "{addressing: [{network: mgmt, address: 10.0.0.5}]}", "formation")}`,
  },
  { uri: "old.yaml", text: "apiVersion: v1\nkind: NetworkLink\nmetadata: {name: l}\nspec:\n  bonding: {mode: none}\n" },
]);

describe("an item with where its values are from", () => {
  it("says so of what isn't the item's own, once for what comes from one place", () => {
    expect(annotatedItem(site, "Node", "n1").join("\n")).toBe(`  # nodes.yaml:1
  - kind: Node
    name: n1
    spec:
      host_profile: base
      oob: # HostProfile/base base.yaml:14
        type: ipmi
        credential:
          literal: <secret>
      platform:
        image: jammy # HostProfile/base base.yaml:14
        kernel: hwe
      metadata:
        tags:
          - c
          - b # HostProfile/base base.yaml:14
      fqdn: n1.plant.example # computed-fqdn; the name is n1; domain of Site/plant is plant.example`);
  });

  it("names the layer where there are several", () => {
    const lines = annotatedItem(site, "Node", "n2");
    expect(lines.slice(0, 2)).toEqual(["  # nodes.yaml:6", "  # nodes.yaml:11"]);
    expect(lines).toContain("      host_profile: base # layer design nodes.yaml:9");
    expect(lines).toContain("      addressing: # layer formation nodes.yaml:14");
    expect(lines).toContain("      platform: # HostProfile/base base.yaml:14");
  });

  it("tells defaults, and what was done to a value", () => {
    expect(annotatedItem(site, "NetworkLink", "l").slice(4)).toEqual([
      ...["      bonding:", "        mode: disabled # none is disabled"],
      ...["      mtu: 1500 # default", "      linkspeed: auto # default"],
    ]);
  });

  it.each(exampleFiles())("is the same item without the comments: example %s", (_, files) => {
    const evaluation = evaluate(files);
    for (const { kind, name, tree } of evaluation.items.values()) {
      const text = annotatedItem(evaluation, kind, name).join("\n");
      expect(load(text)).toEqual([{ kind, name, spec: hideSecrets(evaluation.kinds.get(kind), tree) }]);
    }
  });
});

describe("bedplate resolve --annotate", () => {
  it("prints YAML with comments, and the same values as without them", async () => {
    const [annotated, plain] = await Promise.all(
      [["--annotate"], []].map((more) => bedplate(["resolve", "examples/plant8", "Node", "-o", "yaml", ...more])),
    );
    expect(annotated).toMatchObject({ code: 0, stderr: "" });
    expect(load(annotated?.stdout ?? "")).toEqual(load(plain?.stdout ?? ""));
    expect(annotated?.stdout).toMatch(/ # HostProfile\/base examples\/plant8\/design\/profiles\.yaml:\d+$/m);
  });

  it("needs YAML, and no value to explain", async () => {
    const table = await bedplate(["resolve", "examples/plant8", "--annotate"]);
    expect(table).toMatchObject({
      code: 2,
      stderr: "error: --annotate needs YAML to write comments in; add -o yaml\n",
    });
    const both = await bedplate([
      "resolve",
      "examples/plant8",
      "Node/c1",
      "--annotate",
      "-o",
      "yaml",
      "--explain",
      "fqdn",
    ]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining("exclude each other") });
  });
});
